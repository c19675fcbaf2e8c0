using KernelFault.Dumps;
using KernelFault.Dumps.Process;
using KernelFault.Knowledge;
using KernelFault.Memory;

namespace KernelFault.Analysis.Processes;

/// <summary>What went wrong in a process, read from its exception alone and from what the dump says of the address.</summary>
internal sealed class ProcessFault
{
    private const uint AccessViolation = 0xC0000005;
    private const uint InPageError = 0xC0000006;
    private const uint GuardPage = 0x80000001;
    private const uint FailFast = 0xC0000409;
    private const uint StackCookie = 2;
    private const uint FatalAppExit = 7;
    private const ulong NullPages = 0x10000;

    private readonly ProcessDump _dump;
    private readonly KnowledgeBase _knowledge;
    private readonly ProcessException? _exception;

    internal ProcessFault(ProcessDump dump, KnowledgeBase knowledge, FaultInstruction? instruction)
    {
        _dump = dump;
        _knowledge = knowledge;
        _exception = dump.Exception;

        // A general-protection fault has no address: Windows then writes -1. The instruction may name one that cannot exist.
        Address = !IsGeneralProtection ? _exception?.FaultAddress
            : instruction?.EffectiveAddress is VirtualAddress named && !IsCanonical(named.ToUInt64()) ? named : null;
        Access = FindAccess(instruction);
        Region = Address is VirtualAddress address ? FindRegion(address) : AddressRegion.Unknown;
        Class = FindClass();
        Name = FindName();
    }

    /// <summary>Symbolic name of the exception or signal; null when there was none.</summary>
    internal string? Name { get; }

    internal FaultClass Class { get; }

    /// <summary>The address that could not be used; null when the fault has none.</summary>
    internal VirtualAddress? Address { get; }

    internal AccessKind Access { get; }

    internal AddressRegion Region { get; }

    /// <summary>True where the fault is about memory, not merely at an address.</summary>
    internal bool IsMemoryFault => _exception is { } e
        && (e.IsSignal ? e.Code is SignalNames.Segv or SignalNames.Bus
            : _dump.Platform == ProcessPlatform.MacOS ? e.Code == 1
            : e.Code is AccessViolation or InPageError or GuardPage);

    /// <summary>True where the processor stopped at an instruction; false where the program raised the exception or was sent the signal.</summary>
    internal bool IsProcessorFault => _exception is { } e
        && (e.IsSignal
            ? e.Code is SignalNames.Segv or SignalNames.Bus or SignalNames.Ill or SignalNames.Fpe or SignalNames.Trap
                && (unchecked((int)e.Flags) > 0 || _dump.Kind == DumpKind.ProcessMinidump)
            : _dump.Platform == ProcessPlatform.MacOS
                ? e.Code is 1 or 2 or 3 or 6
                : e.Code is AccessViolation or InPageError or GuardPage or 0x80000002 or 0x80000003 or 0x80000004
                    or 0xC000001D or 0xC0000096 or (>= 0xC000008D and <= 0xC0000095) or 0xC00000FD or 0xC0000420 or FailFast);

    private bool IsGeneralProtection => _exception is { } e
        && (e.IsSignal
            ? e.Code == SignalNames.Segv && unchecked((int)e.Flags) == SignalNames.Kernel
            : e.Code == AccessViolation && e.Parameters.Count > 1 && e.Parameters[0] == 0
                && e.Parameters[1] == (_dump.Architecture == Architecture.X86 ? uint.MaxValue : ulong.MaxValue));

    // With four levels of page tables; five reach further, and programs have to ask for that.
    private static bool IsCanonical(ulong address) => unchecked((ulong)((long)(address << 16) >> 16)) == address;

    private AccessKind FindAccess(FaultInstruction? instruction)
    {
        AccessKind recorded = _exception?.AccessType switch
        {
            0 => AccessKind.Read,
            1 => AccessKind.Write,
            8 => AccessKind.Execute,
            _ => AccessKind.Unknown,
        };
        if (recorded != AccessKind.Unknown && !(recorded == AccessKind.Read && Address == _exception?.Address))
        {
            return recorded;
        }

        // An instruction that cannot be fetched faults at its own address.
        return Address is VirtualAddress address && address == _exception?.Address && IsMemoryFault ? AccessKind.Execute
            : IsMemoryFault && instruction is not null ? instruction.Access
            : AccessKind.Unknown;
    }

    private AddressRegion FindRegion(VirtualAddress address)
    {
        ulong value = address.ToUInt64();
        if (_dump.Architecture == Architecture.X64 && !IsCanonical(value))
        {
            return AddressRegion.NonCanonical;
        }

        bool wide = _dump.Architecture is Architecture.X64 or Architecture.Arm64;
        return value < NullPages ? AddressRegion.NullPage
            : wide && value >= 0x8000_0000_0000_0000 ? AddressRegion.Kernel
            : _dump.ModuleAt(address) is not null ? AddressRegion.Module
            : _dump.UnloadedModules.Any(module => address - module.BaseAddress < module.Size) ? AddressRegion.UnloadedModule
            : AddressRegion.User;
    }

    private FaultClass FindClass()
    {
        if (_exception is not { } e)
        {
            return FaultClass.Unknown;
        }

        if (e.IsSignal)
        {
            int code = unchecked((int)e.Flags);
            return e.Code switch
            {
                // 4 and 5: BUS_MCEERR_AR and _AO, memory the machine reported as bad. 2: BUS_ADRERR, behind the end of a mapped file.
                SignalNames.Bus when code is 4 or 5 => FaultClass.HardwareError,
                SignalNames.Bus when code == 2 => FaultClass.InPageError,
                SignalNames.Segv or SignalNames.Bus when code > 0 => MemoryClass(),
                SignalNames.Segv or SignalNames.Bus => _dump.Kind == DumpKind.ProcessMinidump ? MemoryClass() : FaultClass.Unknown,
                SignalNames.Ill => FaultClass.InvalidOpcode,
                SignalNames.Fpe => FaultClass.DivideError,
                SignalNames.Abort or SignalNames.Trap => FaultClass.Assertion,
                SignalNames.Sys => FaultClass.RuleViolation,
                24 or 25 => FaultClass.ResourceExhaustion,
                _ => FaultClass.ManuallyInitiated,
            };
        }

        if (_dump.Platform == ProcessPlatform.MacOS)
        {
            return e.Code switch
            {
                1 => MemoryClass(),
                2 => FaultClass.InvalidOpcode,
                3 => FaultClass.DivideError,
                11 => FaultClass.ResourceExhaustion,
                12 => FaultClass.RuleViolation,
                _ => FaultClass.Assertion,
            };
        }

        return e.Code switch
        {
            AccessViolation => MemoryClass(),
            InPageError => FaultClass.InPageError,
            GuardPage => FaultClass.GuardPage,
            0xC00000FD => FaultClass.StackOverflow,
            0xC000001D or 0xC0000096 => FaultClass.InvalidOpcode,
            0xC0000094 or 0xC0000095 => FaultClass.DivideError,
            0xC0000017 or 0xC000012D => FaultClass.ResourceExhaustion,
            FailFast => e.Parameters.Count > 0 && e.Parameters[0] == FatalAppExit ? FaultClass.Assertion : FaultClass.MemoryCorruption,
            0xE0434352 or 0xE06D7363 => FaultClass.UnhandledException,
            _ => _knowledge.FindStatus(e.Code)?.FaultClass is string name && Enum.TryParse(name, out FaultClass known) ? known : FaultClass.UnhandledException,
        };
    }

    private FaultClass MemoryClass()
    {
        if (Region == AddressRegion.NonCanonical)
        {
            return FaultClass.NonCanonical;
        }

        if (Address is not VirtualAddress address)
        {
            return IsGeneralProtection ? FaultClass.ProtectionFault : FaultClass.WildPointer;
        }

        if (Region == AddressRegion.NullPage)
        {
            return FaultClass.NullDereference;
        }

        if (IsBelowStack(address))
        {
            return FaultClass.StackOverflow;
        }

        if (Region == AddressRegion.UnloadedModule)
        {
            return FaultClass.UseAfterFree;
        }

        MemoryProtection? protection = ProtectionAt(_dump, address.ToUInt64());
        return Access switch
        {
            AccessKind.Execute => FaultClass.NoExecute,
            AccessKind.Write when protection is { IsMapped: true, IsWritable: false, IsReadable: true } => FaultClass.ReadOnlyWrite,
            _ when protection is { IsGuard: true } => FaultClass.GuardPage,
            _ => FaultClass.WildPointer,
        };
    }

    // Pushing and calling touch the stack just below its pointer; a large frame touches it further down.
    private bool IsBelowStack(VirtualAddress address)
    {
        const ulong Reach = 0x10000;
        if (_dump.FaultingThread?.Registers is not { } registers || Access == AccessKind.Execute)
        {
            return false;
        }

        ulong stack = registers.StackPointer.ToUInt64();
        bool near = unchecked(stack - address.ToUInt64()) < Reach || unchecked(address.ToUInt64() - stack) < 0x1000;
        return near && ProtectionAt(_dump, address.ToUInt64()) is not { IsMapped: true, IsWritable: true };
    }

    private string? FindName()
    {
        if (_exception is not { } e)
        {
            return null;
        }

        return e.IsSignal ? SignalNames.Signal(e.Code)
            : _dump.Platform == ProcessPlatform.MacOS ? SignalNames.Mach(e.Code)
            : e.Code == FailFast ? "STATUS_STACK_BUFFER_OVERRUN" + FailFastReason(e)
            : _knowledge.FindStatus(e.Code)?.Name ?? FormattableString.Invariant($"exception 0x{e.Code:X8}");
    }

    private static string FailFastReason(ProcessException exception) => exception.Parameters.Count == 0 ? string.Empty : exception.Parameters[0] switch
    {
        StackCookie => " (stack cookie damaged)",
        3 => " (list entry damaged)",
        5 => " (invalid argument)",
        FatalAppExit => " (abort)",
        10 => " (control-flow guard)",
        ulong other => FormattableString.Invariant($" (fail fast {other})"),
    };

    /// <summary>What the dump says of the memory at an address; null when nothing.</summary>
    internal static MemoryProtection? ProtectionAt(ProcessDump dump, ulong address)
    {
        IReadOnlyList<MemoryProtection> list = dump.Facts.Protections;
        int low = 0;
        int high = list.Count - 1;
        while (low <= high)
        {
            int middle = low + ((high - low) >> 1);
            if (list[middle].Start > address)
            {
                high = middle - 1;
            }
            else if (address - list[middle].Start < list[middle].Size)
            {
                return list[middle];
            }
            else
            {
                low = middle + 1;
            }
        }

        return null;
    }
}
