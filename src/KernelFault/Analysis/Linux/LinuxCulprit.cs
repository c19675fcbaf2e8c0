using KernelFault.Knowledge;

namespace KernelFault.Analysis.Linux;

/// <summary>Decides who is to blame: a third-party module on the path of the fault before the kernel's own code, hardware before both.</summary>
internal sealed class LinuxCulprit
{
    // How sure a module is by where it stands: at the fault, or further out.
    private const double AtFault = 0.9;
    private const double InTreeAtFault = 0.75;
    private const double Caller = 0.7;
    private const double InTreeCaller = 0.55;
    private const double KernelItself = 0.4;
    private const int CallersConsidered = 12;
    private readonly LinuxFrameFacts _frames;
    private readonly LinuxCrashKnowledge _knowledge;

    internal LinuxCulprit(LinuxFrameFacts frames, LinuxCrashKnowledge knowledge)
    {
        _frames = frames;
        _knowledge = knowledge;
    }

    /// <summary>Names the culprit.</summary>
    /// <returns>The culprit; null when nothing points anywhere.</returns>
    internal Culprit? Find(CrashEvidence evidence, FaultClass faultClass, string? frame, string? subsystem)
    {
        if (faultClass == FaultClass.HardwareError)
        {
            return Of("hardware", CulpritKind.Hardware, 0.85, ["The hardware reported the error itself; software only passes it on."], evidence);
        }

        if (evidence.Recognition.Rule?.Kind == "out-of-memory" && KilledProgram(evidence) is string program)
        {
            return Of(program, CulpritKind.Process, 0.5, [$"The kernel chose to end {program}: among all it freed most. It need not be the one that used too much."], evidence);
        }

        LinuxFrame[] path = evidence.MeaningfulFrames(_frames).Take(CallersConsidered).ToArray();
        int third = Array.FindIndex(path, f => f.Module is not null && IsThirdParty(evidence, f.Module));
        int any = third >= 0 ? third : Array.FindIndex(path, f => f.Module is not null);
        if (any >= 0)
        {
            return Blame(evidence, path[any], any, third >= 0);
        }

        if (frame is null || frame == FrameExtractor.Damaged)
        {
            return null;
        }

        string where = subsystem is null ? string.Empty : $" ({subsystem})";
        return Of("vmlinux", CulpritKind.Kernel, KernelItself, [$"The fault and its callers are in the kernel image; the function to look at is {frame}{where}."], evidence);
    }

    private Culprit Blame(CrashEvidence evidence, LinuxFrame frame, int depth, bool thirdParty)
    {
        bool atFault = depth == 0;
        double confidence = (atFault, thirdParty) switch
        {
            (true, true) => AtFault,
            (true, false) => InTreeAtFault,
            (false, true) => Caller,
            _ => InTreeCaller,
        };
        confidence -= atFault ? 0 : 0.02 * Math.Min(depth, 8);
        string module = frame.Module!;
        var reasons = new List<string>
        {
            atFault
                ? evidence.Pointer?.Module == module
                    ? $"The instruction of the fault is in {evidence.Pointer.Function} of this module."
                    : $"The innermost function that is no helper, {frame.Function}, is in this module."
                : $"{frame.Function} of this module is the caller {depth} step{(depth == 1 ? string.Empty : "s")} out; what it called belongs to the kernel.",
        };
        if (thirdParty)
        {
            reasons.Add("It was not built with this kernel, so the kernel's developers have not seen it.");
        }

        return Of(module, thirdParty ? CulpritKind.ThirdPartyDriver : CulpritKind.SystemDriver, confidence, reasons, evidence);
    }

    private Culprit Of(string module, CulpritKind kind, double confidence, IReadOnlyList<string> reasons, CrashEvidence evidence)
    {
        var doubts = new List<string>();
        if (evidence.Recognition.Damage is string damage)
        {
            // Where only the walk failed, the instruction itself is still sure.
            confidence *= damage == DamageReasons.StackLost ? 0.9 : 0.6;
            doubts.Add($"The report is not whole: {damage}");
        }

        if (evidence.Machine.OopsNumber > 1)
        {
            confidence *= 0.6;
            doubts.Add($"This is crash number {evidence.Machine.OopsNumber} since start: the first one may be its cause.");
        }

        foreach (char letter in evidence.Machine.TaintLetters.Where(l => l is 'B' or 'M' or 'D' or 'S' or 'F' or 'R'))
        {
            doubts.Add(_knowledge.Taint(letter)?.Meaning ?? string.Empty);
        }

        string[] strangers = evidence.Machine.Modules.Where(m => m.IsThirdParty && m.Name != module).Select(m => m.Name).ToArray();
        if (strangers.Length > 0 && kind is CulpritKind.Kernel or CulpritKind.SystemDriver)
        {
            doubts.Add($"Modules that were not built with the kernel are loaded ({string.Join(", ", strangers.Take(6))}); any of them may have damaged memory.");
        }

        return new Culprit { Module = module, Kind = kind, Confidence = Math.Round(confidence, 2), Reasons = reasons, Doubts = doubts };
    }

    private static bool IsThirdParty(CrashEvidence evidence, string module)
    {
        LinuxModule? loaded = evidence.Machine.Modules.FirstOrDefault(m => m.Name == module);

        // Without the list of modules, the taint of an out-of-tree module and being one of few is all there is to go by.
        return loaded?.IsThirdParty ?? (evidence.Machine.Modules.Count == 0 && evidence.Machine.TaintLetters.Any(l => l == 'O'));
    }

    private static string? KilledProgram(CrashEvidence evidence)
    {
        foreach (Dumps.Logs.LogLine line in evidence.Report.Raw.Take(400))
        {
            int killed = line.Text.IndexOf("Killed process ", StringComparison.Ordinal);
            killed = killed < 0 ? line.Text.IndexOf("Kill process ", StringComparison.Ordinal) : killed;
            int open = killed < 0 ? -1 : line.Text.IndexOf('(', killed);
            int close = open < 0 ? -1 : line.Text.IndexOf(')', open);
            if (close > open + 1)
            {
                return Formats.PrintableText.Clean(line.Text.Substring(open + 1, close - open - 1), 64);
            }
        }

        return null;
    }
}
