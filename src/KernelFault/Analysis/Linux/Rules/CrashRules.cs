using KernelFault.Dumps.Logs;

namespace KernelFault.Analysis.Linux;

/// <summary>Every rule, by the family of its headline. Where several know a headline, the first that finds its evidence names it.</summary>
internal static class CrashRules
{
    private static readonly Dictionary<CrashFamily, IReadOnlyList<CrashRule>> Families = new()
    {
        [CrashFamily.Bug] =
        [
            .. KasanRules.All, .. SanitizerRules.Memory, .. PageFaultRules.Bug, .. ContextRules.Lock, .. LockupRules.Bug, .. LockdepRules.Bug,
            .. ContextRules.Atomic, .. MemoryRules.Bug, .. ContextRules.Remnant,
        ],
        [CrashFamily.Warning] = [.. WarningRules.Checkers, .. WarningRules.General, .. LockdepRules.Warning, .. WarningRules.Stack],
        [CrashFamily.Info] = [.. LockdepRules.Info, .. LockupRules.Info, .. ContextRules.InfoRemnant],
        [CrashFamily.UnableToHandle] = PageFaultRules.Unable,
        [CrashFamily.GeneralProtection] = TrapRules.GeneralProtection,
        [CrashFamily.StackSegment] = TrapRules.StackSegment,
        [CrashFamily.KernelPanic] = PanicRules.Kernel,
        [CrashFamily.DoubleFault] = TrapRules.DoubleFault,
        [CrashFamily.RustPanic] = AssertionRules.Rust,
        [CrashFamily.KernelBug] = AssertionRules.KernelBug,
        [CrashFamily.KernelBugArchitecture] = AssertionRules.Architecture,
        [CrashFamily.SlabBug] = AssertionRules.Slab,
        [CrashFamily.DivideError] = TrapRules.DivideError,
        [CrashFamily.InvalidOpcode] = TrapRules.InvalidOpcode,
        [CrashFamily.Breakpoint] = TrapRules.Breakpoint,
        [CrashFamily.UndefinedBehaviour] = SanitizerRules.Undefined,
        [CrashFamily.Reboot] = PanicRules.Reboot,
        [CrashFamily.NetworkDeviceReference] = MemoryRules.NetworkDevice,
        [CrashFamily.VfsClosedFile] = MemoryRules.Vfs,
        [CrashFamily.VfsBusyInodes] = MemoryRules.Vfs,
        [CrashFamily.InternalError] = PageFaultRules.Other,
        [CrashFamily.UnhandledFault] = PageFaultRules.Other,
        [CrashFamily.AlignmentTrap] = PageFaultRules.Other,
        [CrashFamily.Trusty] = AssertionRules.Trusty,
        [CrashFamily.GoRuntime] = PanicRules.Programs,
        [CrashFamily.TestProgram] = PanicRules.TestPrograms,
        [CrashFamily.ProgramPanic] = PanicRules.ProgramPanics,
        [CrashFamily.Oops] = TrapRules.Oops,
        [CrashFamily.SlabReport] = MemoryRules.Slab,
        [CrashFamily.HardLockup] = LockupRules.Hard,
        [CrashFamily.RequestedCrash] = PanicRules.Requested,
        [CrashFamily.HardwareError] = PanicRules.Hardware,
        [CrashFamily.OutOfMemory] = MemoryRules.OutOfMemory,
        [CrashFamily.ProgramAbort] = PanicRules.Aborts,
    };

    /// <summary>The rules of a family.</summary>
    internal static IReadOnlyList<CrashRule> Of(CrashFamily family) => Families[family];
}
