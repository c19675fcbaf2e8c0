using KernelFault.Dumps.Logs;
using KernelFault.Formats;
using KernelFault.Knowledge;
using KernelFault.Memory;

namespace KernelFault.Analysis.Linux;

/// <summary>Puts the evidence into the answer's own form.</summary>
internal static class LinuxReportBuilder
{
    private const int MaximumMemoryLines = 40;

    // What checkers print about the memory that was misused.
    private static readonly string[] MemoryPhrases =
    [
        "The buggy address", " which belongs to", " located ", "-byte region [", "Memory state around", "The variable has been", "Bytes ", "Memory access of size", "Data copied to user",
        "kfence-#", "Object 0x", "Slab 0x", "page dumped because", "raw: ", "flags: 0x", "unreferenced object", "INFO: Slab", "INFO: Object", "refcount_t: ", "list_add corruption", "list_del corruption",
    ];

    /// <summary>Builds the report.</summary>
    internal static LinuxReport Build(CrashEvidence evidence, string? frame, string? file, string? subsystem, IReadOnlyList<LinuxStack> stacks, IReadOnlyList<LinuxCrash> others)
    {
        MachineReader machine = evidence.Machine;
        LogFacts facts = evidence.Log.Facts;
        Recognition recognition = evidence.Recognition;
        return new LinuxReport
        {
            IsCrash = CrashHeadline.IsCrash(evidence.Report.Headline.Family),
            Headline = PrintableText.Clean(evidence.Report.Lines[0].Trim(' ')),
            Kind = recognition.Rule?.Kind,
            Meaning = LinuxCrashKnowledge.Shipped.Of(recognition.Rule?.Kind).Meaning,
            Type = LinuxCrashTypes.Shipped.Of(recognition.Title),
            AlternativeTitles = recognition.Alternatives,
            Frame = frame == FrameExtractor.Damaged ? null : frame,
            GuiltyFile = file,
            Subsystem = subsystem,
            Corrupted = recognition.Damage is not null,
            CorruptedReason = recognition.Damage,
            Panicked = facts.Panicked,
            PanicReason = facts.Panic is null ? null : PrintableText.Clean(facts.Panic, 240),
            OtherCrashes = others,
            Release = evidence.Release is null ? null : PrintableText.Clean(evidence.Release, 128),
            Build = machine.Build,
            Hardware = machine.Hardware,
            CommandLine = facts.CommandLine is null ? null : PrintableText.Clean(facts.CommandLine),
            UserId = machine.UserId,
            Workqueue = machine.Workqueue,
            ExecutionContext = Context(evidence),
            OopsNumber = machine.OopsNumber,
            KernelOptions = machine.Options,
            Taint = machine.TaintLetters.Select(Taint).OfType<LinuxTaint>().ToArray(),
            FaultDetails = evidence.Fault.Details.Select(d => PrintableText.Clean(d, 240)).ToArray(),
            KernelOffset = facts.KernelOffset is ulong offset ? new VirtualAddress(offset) : null,
            CallTrace = evidence.Trace,
            OtherStacks = stacks,
            Memory = MemoryLines(evidence.Report.Own),
            Slab = evidence.Slab,
            LockWaits = evidence.LockWaits,
            LocksHeld = LockReader.Held(evidence.Report.Own),
            Code = evidence.CodeLines,
            LoadedModules = machine.Modules,
            LastUnloaded = machine.LastUnloaded,
        };
    }

    /// <summary>What a taint letter means; null for one that is not known, or says that a taint is absent.</summary>
    internal static LinuxTaint? Taint(char letter) =>
        LinuxCrashKnowledge.Shipped.Taint(letter) is { IsAbsence: false } known ? new LinuxTaint(letter.ToString(), known.Name, known.Meaning) : null;

    /// <summary>From the fault outwards, the first entry that can only stand at the beginning of one kind of context tells it.</summary>
    private static string? Context(CrashEvidence evidence)
    {
        // A stall is noticed by an interrupt; what it interrupted is the one that stalls.
        bool isStall = evidence.Recognition.Rule?.FaultClass == FaultClass.Lockup;
        LinuxFrame[] frames = evidence.Trace.Skip(Math.Max(0, evidence.ExceptionIndex)).ToArray();

        // Where the kernel could not walk, old words on the stack are all there is.
        bool isWalked = Array.Exists(frames, f => f.IsReliable && !f.IsInstructionPointer);
        bool interrupt = false;
        foreach (LinuxFrame frame in frames.Where(f => f.IsReliable || !isWalked))
        {
            if (interrupt && frame.Context != "irq" && !isStall)
            {
                return "irq";
            }

            // x86 marks the stacks, and runs softirqs on that of interrupts.
            if (frame.Context is "task" or "softirq" || (frame.Context is "nmi" && !isStall))
            {
                return frame.Context;
            }

            interrupt = frame.Context == "irq";
            if (LinuxFrameFacts.Shipped.ContextOf(CrashEvidence.WithoutSuffix(frame.Function)) is string known && !(isStall && known is ("irq" or "nmi")))
            {
                return known;
            }
        }

        return interrupt ? "irq" : null;
    }

    private static string[] MemoryLines(IReadOnlyList<string> lines) =>
        lines.Where(l => (MemoryPhrases.Any(l.Contains) || l.StartsWith("page:", StringComparison.Ordinal)) && !StackLine.TryFrame(l, []))
            .Take(MaximumMemoryLines)
            .Select(l => PrintableText.Clean(l.Trim(' '), 240))
            .ToArray();
}
