using KernelFault.Dumps;
using KernelFault.Knowledge;
using KernelFault.Memory;
using KernelFault.Unwinding;

namespace KernelFault.Analysis.Linux.Vmcores;

/// <summary>What the kernel printed and what is in its memory are two witnesses of one crash: says where they disagree.</summary>
internal static class LogComparison
{
    private const string Source = "log and memory";

    /// <summary>Adds a finding for each disagreement.</summary>
    /// <param name="findings">Where to.</param>
    /// <param name="session">The vmcore.</param>
    /// <param name="crash">What its memory says.</param>
    /// <param name="printed">What the kernel printed, analysed.</param>
    internal static void Add(List<Finding> findings, VmcoreSession session, VmcoreCrash crash, KernelFaultAnalysis printed)
    {
        foreach (string? text in (string?[])[Release(session, printed), Processor(crash, printed), Registers(crash, printed), Trace(crash, printed), Taint(crash, printed), Modules(session, printed)])
        {
            if (text is not null)
            {
                findings.Add(new Finding("log-differs", FindingSeverity.Notable, text, Source));
            }
        }
    }

    private static string? Release(VmcoreSession session, KernelFaultAnalysis printed) =>
        printed.Linux?.Release is { } said && session.Kernel.Release is { } found && said != found
            ? $"The log's report is of kernel {said}, the memory of {found}: it may be an earlier kernel's."
            : null;

    // Reports of hung tasks and stalls are of others than the processor that prints them; those with registers are its own.
    private static string? Processor(VmcoreCrash crash, KernelFaultAnalysis printed) =>
        printed.Registers is { Count: > 0 }
        && crash.Panic.Processor is { } panicked
        && printed.System.ProcessorNumber is { } said
        && said != panicked.Index
            ? FormattableString.Invariant($"The log's first crash was on processor {said}, the kernel stopped on processor {panicked.Index}: what is told from memory is of the latter.")
            : null;

    private static string? Registers(VmcoreCrash crash, KernelFaultAnalysis printed)
    {
        if (crash.Registers is not { } registers || printed.Registers is not { Count: > 0 } told)
        {
            return null;
        }

        foreach (RegisterValue register in registers.Values)
        {
            string found = new VirtualAddress(register.Value).Hex;
            if (told.TryGetValue(register.Name, out string? said) && said != found)
            {
                return $"The log says {register.Name} = {said}, the saved registers say {found}: the log's first crash may not be the one that stopped the kernel.";
            }
        }

        return null;
    }

    private static string? Trace(VmcoreCrash crash, KernelFaultAnalysis printed)
    {
        IReadOnlyList<StackFrame> whole = crash.Panic.Stack?.Frames ?? crash.Stack;
        string[] walked = whole.Where(frame => frame.Function is not null && frame.Trust != FrameTrust.CallScan).Select(Text).ToArray();
        if (walked.Length == 0)
        {
            return null;
        }

        // Whoever prints is on the printed trace, but had returned, or got further, when the memory was saved.
        IEnumerable<StackFrame> traced = printed.Stack
            .Where(frame => frame.Function is not null && frame.Trust is FrameTrust.Orc or FrameTrust.FramePointer)
            .SkipWhile(frame => LinuxFrameFacts.Shipped.IsInnocent(CrashEvidence.WithoutSuffix(frame.Function!), null));
        int at = 0;
        foreach (StackFrame frame in traced)
        {
            string wanted = Text(frame);
            int next = Array.IndexOf(walked, wanted, at);
            if (next < 0)
            {
                return $"The printed call trace has {wanted}, which the stack in memory does not have there.";
            }

            at = next + 1;
        }

        return null;
    }

    // Crashing itself taints (D, W, L, M), after or while the report is printed.
    private static string? Taint(VmcoreCrash crash, KernelFaultAnalysis printed)
    {
        if (printed.Linux is not { OopsNumber: not null, Taint: { } told } || crash.System.Taint is not { } taint)
        {
            return null;
        }

        string said = string.Concat(told.Select(flag => flag.Letter));
        string later = string.Concat(taint.Where(letter => letter is not ('D' or 'W' or 'L' or 'M') && said.IndexOf(letter) < 0));
        string gone = string.Concat(said.Where(letter => taint.IndexOf(letter) < 0));
        return later.Length > 0 ? $"The kernel is tainted {later} in memory, which its report does not say: that came after it was printed."
            : gone.Length > 0 ? $"The report says that the kernel is tainted {gone}, its memory does not: no taint is ever taken back."
            : null;
    }

    private static string? Modules(VmcoreSession session, KernelFaultAnalysis printed)
    {
        if (printed.Linux is not { LoadedModules.Count: > 0 } report || session.Kernel.Modules.Count == 0)
        {
            return null;
        }

        var found = new HashSet<string>(session.Kernel.Modules.Select(module => module.Name), StringComparer.Ordinal);
        string[] missing = report.LoadedModules.Where(module => module.Flags.IndexOf('-') < 0 && !found.Contains(module.Name)).Select(module => module.Name).ToArray();
        return missing.Length == 0 ? null : $"The log lists modules that the kernel's list in memory does not have: {string.Join(", ", missing.Take(8))}{(missing.Length > 8 ? " …" : string.Empty)}.";
    }

    private static string Text(StackFrame frame) => FormattableString.Invariant($"{frame.Function}+0x{frame.FunctionOffset:x}");
}
