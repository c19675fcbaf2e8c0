using KernelFault.Dumps.Logs;

namespace KernelFault.Analysis.Linux;

/// <summary>Reads the stacks of a report entry by entry.</summary>
internal static class CallTraceReader
{
    // A recursion that filled the stack prints thousands of entries; these tell enough.
    private const int MaximumFrames = 512;
    private const int StacksOfStall = 16;

    // The registers of an exception stand inside a stack: arm64 and powerpc print most of them.
    private const int LinesWithoutEntry = 24;
    private static readonly string[] PointerMarks = ["RIP: ", "EIP: ", "pc : ", "PC is at ", "epc : ", "NIP [", "--- interrupt: "];

    /// <summary>The call trace, with the unreliable entries in their places.</summary>
    /// <param name="report">The report.</param>
    /// <param name="recognition">What it is: a stall shows stacks of watchers and of several processors, and the guilty one is wanted.</param>
    /// <param name="start">The line that begins it; -1 when there is none.</param>
    /// <param name="from">The first line that may belong to it: 0, or where a stack before it begins.</param>
    internal static List<LinuxFrame> Read(CrashReport report, Recognition recognition, out int start, out int from)
    {
        from = 0;
        start = FindTrace(report.Own, 0);
        if (start >= 0 && recognition.Rule is { FaultClass: FaultClass.Lockup, Kind: not "hung-task" } && recognition.Frames.Count > 0)
        {
            string guilty = recognition.Frames[0].Printed;
            int before = 0;
            int next = start;
            for (int i = 0; next >= 0 && i < StacksOfStall; i++)
            {
                List<LinuxFrame> stack = ReadFrom(report, next);
                string? pointer = PointerReader.Find(report.Own.Skip(before).Take(next - before).ToArray(), out _)?.Function;
                if (stack.Exists(f => CrashEvidence.WithoutSuffix(f.Function) == guilty) || (pointer is not null && CrashEvidence.WithoutSuffix(pointer) == guilty))
                {
                    start = next;
                    from = before;
                    return stack;
                }

                before = next;
                next = FindTrace(report.Own, next + 1);
            }
        }

        return start < 0 ? [] : ReadFrom(report, start);
    }

    /// <summary>The other stacks, by their headings.</summary>
    internal static List<LinuxStack> ReadOthers(CrashReport report)
    {
        var stacks = new List<LinuxStack>();
        for (int i = 0; i < report.Own.Count && stacks.Count < 8; i++)
        {
            string line = report.Own[i].Trim(' ');
            if (IsHeading(line) && ReadFrom(report, i) is { Count: > 0 } frames)
            {
                stacks.Add(new LinuxStack(line.TrimEnd(':'), frames));
            }
        }

        return stacks;
    }

    private static List<LinuxFrame> ReadFrom(CrashReport report, int start)
    {
        var frames = new List<LinuxFrame>();
        string? context = null;
        int barren = 0;
        int questionable = report.Questionable.FindIndex(q => q.Key > start);
        for (int i = start + 1; i < report.Own.Count && barren < LinesWithoutEntry && frames.Count < MaximumFrames; i++)
        {
            while (questionable >= 0 && questionable < report.Questionable.Count && report.Questionable[questionable].Key <= i)
            {
                if (FrameReader.Read(report.Questionable[questionable++].Value) is LinuxFrame stale)
                {
                    frames.Add(stale with { IsReliable = false, Context = context });
                }
            }

            string line = report.Own[i];
            string text = line.Trim(' ');
            if ((StackLine.IsStart(line) && i > start + 1) || IsEnd(text))
            {
                break;
            }

            if (text.Length > 2 && text[0] == '<' && ReadMarker(text, ref context))
            {
                text = text.Substring(text.IndexOf('>') + 1);
                if (text.Length == 0)
                {
                    continue;
                }
            }

            if (FrameReader.ReadArm(text, frames.Count == 0, context) is { Count: > 0 } arm)
            {
                frames.AddRange(arm);
                barren = 0;
                continue;
            }

            bool pointer = IsPointer(text, out int at);
            LinuxFrame? frame = pointer ? FrameReader.ReadPlace(text, at) : FrameReader.Read(text);
            if (frame is null)
            {
                // Registers of an exception stand inside a stack; an empty line or other text soon ends it.
                barren = text.Length == 0 && frames.Count > 0 ? LinesWithoutEntry : barren + 1;
                continue;
            }

            barren = 0;
            if (!pointer || frames.Count == 0 || frames[frames.Count - 1] is not { IsInstructionPointer: true } last || last.Function != frame.Function || last.Offset != frame.Offset)
            {
                // powerpc names the pointer of an interrupt before its registers and after them.
                frames.Add(frame with { IsInstructionPointer = pointer, Context = context });
            }
        }

        return frames;
    }

    private static bool IsEnd(string text) =>
        IsHeading(text)
        || text.StartsWith("---[ end trace", StringComparison.Ordinal)
        || text.StartsWith("Modules linked in", StringComparison.Ordinal)
        || text.StartsWith("Last Breaking-Event-Address:", StringComparison.Ordinal)

        // The pointer once more, after the code: kernels before 4.20.
        || (text.StartsWith("RIP: ", StringComparison.Ordinal) && text.Contains(" RSP: "))
        || (text.StartsWith("EIP: ", StringComparison.Ordinal) && text.Contains(" SS:ESP"));

    private static int FindTrace(IReadOnlyList<string> lines, int from)
    {
        for (int i = from; i < lines.Count; i++)
        {
            // Checkers head their own stack differently; riscv prints the stack of an exception under its registers, without a head.
            if ((StackLine.FindStart(lines[i], StackLine.RiscVStart, true) && i + 1 < lines.Count && FrameReader.Read(lines[i + 1].Trim(' ')) is not null) || StackLine.IsCallTrace(lines[i]) || lines[i].StartsWith("BUG: KFENCE:", StringComparison.Ordinal) || lines[i].StartsWith("BUG: KMSAN:", StringComparison.Ordinal) || IsRacingAccess(lines[i]) || (StackLine.IsStart(lines[i]) && lines[i].Contains(" backtrace")))
            {
                return i;
            }
        }

        // Nor does arm's unwinder print a head.
        for (int i = Math.Max(1, from); i < lines.Count; i++)
        {
            if (FrameReader.ReadArm(lines[i].Trim(' '), true, null).Count > 0)
            {
                return i - 1;
            }
        }

        return -1;
    }

    /// <summary>KCSAN: <c>write to 0xffff8880b588efb2 of 2 bytes by task 19788 on cpu 0:</c></summary>
    private static bool IsRacingAccess(string line) =>
        line.EndsWith(":", StringComparison.Ordinal) && line.Contains(" bytes by ") && (line.Contains("read") || line.Contains("write"));

    private static bool IsHeading(string line) =>
        line.EndsWith(":", StringComparison.Ordinal)
        && (IsRacingAccess(line)
            || line.StartsWith("Allocated", StringComparison.Ordinal)
            || line.StartsWith("Freed", StringComparison.Ordinal)
            || line.StartsWith("allocated by", StringComparison.Ordinal)
            || line.StartsWith("freed by", StringComparison.Ordinal)
            || line.StartsWith("Last potentially related work creation", StringComparison.Ordinal)
            || line.StartsWith("Last call_rcu", StringComparison.Ordinal)
            || line.StartsWith("Second to last", StringComparison.Ordinal)
            || line.StartsWith("Uninit was", StringComparison.Ordinal)
            || line.StartsWith("page last ", StringComparison.Ordinal)
            || line.StartsWith("stack backtrace", StringComparison.Ordinal));

    private static bool ReadMarker(string text, ref string? context)
    {
        int close = text.IndexOf('>');
        if (close < 2 || close > 20)
        {
            return false;
        }

        string name = text.Substring(1, close - 1);
        if (name == "EOI" || name[0] == '/')
        {
            context = null;
            return true;
        }

        bool known = name.All(c => char.IsLetterOrDigit(c) || c is '#' or '_');
        context = known ? PlainName(name) : context;
        return known;
    }

    private static string PlainName(string marker) =>
        marker is "TASK" ? "task" : marker is "IRQ" ? "irq" : marker is "NMI" ? "nmi" : marker is "SOFTIRQ" ? "softirq" : marker;

    private static bool IsPointer(string text, out int at)
    {
        at = 0;
        foreach (string mark in PointerMarks)
        {
            if (text.StartsWith(mark, StringComparison.Ordinal))
            {
                at = mark.Length;
                int digits = at;
                while (digits < text.Length && Uri.IsHexDigit(text[digits]))
                {
                    digits++;
                }

                // A code segment, the address of powerpc, or its number of the interrupt.
                at = digits < text.Length && text[digits] == ':' ? digits + 1
                    : string.CompareOrdinal(text, digits, "] ", 0, 2) == 0 ? digits + 2
                    : string.CompareOrdinal(text, digits, " at ", 0, 4) == 0 ? digits + 4
                    : at;
                return true;
            }
        }

        return false;
    }
}
