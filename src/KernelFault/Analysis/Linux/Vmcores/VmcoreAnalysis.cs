using KernelFault.Dumps;
using KernelFault.Dumps.Linux;
using KernelFault.Formats;
using KernelFault.Kernels;
using KernelFault.Kernels.Images;
using KernelFault.Kernels.Linux;
using KernelFault.Memory;
using KernelFault.Unwinding;

namespace KernelFault.Analysis.Linux.Vmcores;

/// <summary>
/// Makes the answer for the memory of a crashed Linux kernel. What the kernel printed names the crash; registers, stacks, modules
/// and everything else come from memory, and where the two disagree the answer says so. A kernel that died without a word is
/// described in the words it would have used.
/// </summary>
internal static class VmcoreAnalysis
{
    /// <summary>Analyses a vmcore.</summary>
    /// <param name="dump">The vmcore; it stays open.</param>
    /// <param name="options">What is at hand; a vmcore needs nothing.</param>
    /// <param name="cancellation">Ends the work at once.</param>
    /// <returns>The answer.</returns>
    /// <exception cref="OperationCanceledException">It was cancelled.</exception>
    internal static KernelFaultAnalysis Analyze(LinuxVmcore dump, AnalysisOptions options, CancellationToken cancellation)
    {
        VmcoreSession session = VmcoreSession.Of(dump, cancellation);
        VmcoreCrash crash = VmcoreCrash.Read(session, cancellation);
        KernelModule[] modules = VmcoreModules.Read(session).Select(loaded => loaded.Module).ToArray();
        KernelFaultAnalysis printed = LogAnalysis.Analyze(crash.Log, options, cancellation);
        if (printed.Linux is not { IsCrash: true } && UnprintedCrash.Describe(crash, Instruction(session, crash, modules, printed)?.EffectiveAddress) is { } report)
        {
            session.Warn("The kernel log in the dump tells of no crash; what the kernel would have printed was put together from its memory.");
            printed = LogAnalysis.Analyze(report, options, cancellation);
        }

        cancellation.ThrowIfCancellationRequested();
        FaultInstruction? instruction = Instruction(session, crash, modules, printed);
        IReadOnlyList<StackFrame> stack = crash.Stack.Count > 0 ? crash.Stack : printed.Stack;
        FaultAddress? address = VmcoreAddress.Describe(session, crash, printed.Address, instruction);
        var findings = new List<Finding>(printed.Findings);
        VmcoreFindings.Add(findings, session, crash, printed, address);
        cancellation.ThrowIfCancellationRequested();
        return printed with
        {
            Title = printed.Linux is { IsCrash: true } ? printed.Title : crash.Log.Length > 0 ? "No crash in this dump" : "What this dump holds tells of no crash",
            Path = dump.Path,
            Kind = DumpKind.LinuxVmcore,
            Address = address,
            Instruction = instruction ?? printed.Instruction,
            Stack = stack,
            Registers = crash.Registers is { } registers ? Registers(registers) : printed.Registers,
            System = System(session, crash, printed.System),
            Findings = findings,
            Warnings = [.. session.Warnings.Concat(printed.Warnings).Distinct().Select(warning => PrintableText.Clean(warning))],
            Modules = modules,
            Linux = Report(session, crash, printed.Linux!, address),
        };
    }

    internal static Dictionary<string, string> Registers(RegisterSet registers)
    {
        var values = new Dictionary<string, string>(StringComparer.Ordinal);
        foreach (RegisterValue register in registers.Values)
        {
            values[register.Name] = new VirtualAddress(register.Value).Hex;
        }

        return values;
    }

    private static LinuxReport Report(VmcoreSession session, VmcoreCrash crash, LinuxReport printed, FaultAddress? address) => printed with
    {
        Panicked = printed.Panicked || crash.Panic.Processor is not null,
        Release = session.Kernel.Release ?? printed.Release,
        BuildId = session.Kernel.Info?.BuildId,
        Build = crash.System.Version ?? printed.Build,
        CommandLine = crash.System.CommandLine ?? printed.CommandLine,
        Taint = printed.Taint.Count > 0 || crash.System.Taint is null ? printed.Taint : VmcoreModules.Taint(crash.System.Taint),
        ExecutionContext = printed.ExecutionContext ?? crash.ExecutionContext,
        LoadedModules = printed.LoadedModules.Count > 0 ? printed.LoadedModules : VmcoreModules.Loaded(session),
        LastUnloaded = printed.LastUnloaded ?? VmcoreModules.LastUnloaded(session),
        KernelOffset = session.Kernel.KernelOffset is { } offset ? new VirtualAddress(offset) : printed.KernelOffset,
        Processors = crash.Processors,
        PageTableWalk = address is null ? [] : VmcoreAddress.Walk(session, crash, address.Address),
    };

    private static SystemFacts System(VmcoreSession session, VmcoreCrash crash, SystemFacts printed) => printed with
    {
        Architecture = session.Dump.Architecture,
        OperatingSystem = session.Kernel.Release is { } release ? "Linux " + release : printed.OperatingSystem,
        CrashTime = crash.System.CrashTime ?? session.Kernel.Info?.CrashTime ?? printed.CrashTime,
        UptimeSeconds = crash.System.UptimeSeconds is { } uptime ? (long)uptime : printed.UptimeSeconds,
        ProcessorCount = (crash.System.ProcessorCount ?? crash.System.OnlineProcessorCount) is { } count ? (uint)count : printed.ProcessorCount,
        ProcessorNumber = crash.Panic.Processor is { } processor ? (uint)processor.Index : printed.ProcessorNumber,
        ProcessName = crash.Task?.Name ?? printed.ProcessName,
        ProcessId = crash.Task is { } task ? (ulong)task.ProcessId : printed.ProcessId,
        ThreadId = crash.Task is { } thread ? (ulong)thread.ThreadId : printed.ThreadId,
    };

    private static FaultInstruction? Instruction(VmcoreSession session, VmcoreCrash crash, IReadOnlyList<KernelModule> modules, KernelFaultAnalysis printed)
    {
        if (crash.Registers is not { } registers)
        {
            return printed.Instruction;
        }

        VirtualAddress pointer = registers.InstructionPointer;
        FaultInstruction decoded = new InstructionDecoder(session.Kernel.Memory, modules, ImageStore.Empty()).Decode(pointer, registers, printed.Address?.Address);
        LinuxSymbol? symbol = session.Kernel.Symbols.Find(pointer);
        return decoded with
        {
            Module = symbol is null ? null : symbol.Module ?? VmcoreModules.KernelName,
            Function = symbol is null ? null : FormattableString.Invariant($"{symbol.Name}+0x{pointer - symbol.Address:x}"),
        };
    }
}
