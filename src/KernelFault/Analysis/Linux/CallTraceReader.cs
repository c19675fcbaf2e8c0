using KernelFault.Dumps.Logs;
using KernelFault.Memory;

namespace KernelFault.Analysis.Linux;

/// <summary>Reads the stacks of a report entry by entry.</summary>
internal static class CallTraceReader
{
    // A recursion that filled the stack prints thousands of entries; these tell enough.
    private const int MaximumFrames = 512;
    private const int LinesWithoutEntry = 12;

    /// <summary>The call trace, with the unreliable entries in their places.</summary>
    internal static List<LinuxFrame> Read(CrashReport report)
    {
        int start = FindTrace(report.Lines);
        return start < 0 ? [] : ReadFrom(report, start);
    }

    /// <summary>The other stacks, by their headings.</summary>
    internal static List<LinuxStack> ReadOthers(CrashReport report)
    {
        var stacks = new List<LinuxStack>();
        for (int i = 0; i < report.Lines.Count && stacks.Count < 8; i++)
        {
            string line = report.Lines[i].Trim(' ');
            if (IsHeading(line) && ReadFrom(report, i) is { Count: > 0 } frames)
            {
                stacks.Add(new LinuxStack(line.TrimEnd(':'), frames));
            }
        }

        return stacks;
    }

    /// <summary>One entry.</summary>
    /// <param name="line">A line of a stack.</param>
    /// <returns>The entry; null when the line is none.</returns>
    internal static LinuxFrame? ReadFrame(string line)
    {
        int at = SkipBlanks(line, 0);
        VirtualAddress? address = null;
        for (int i = 0; i < 2; i++)
        {
            int end = LinePattern.SkipAddress(line, at);
            if (end == at || end >= line.Length || line[end] != ' ')
            {
                break;
            }

            address = ParseAddress(line, at, end) ?? address;
            at = SkipBlanks(line, end);
        }

        bool reliable = true;
        if (at + 1 < line.Length && line[at] == '?' && line[at + 1] == ' ')
        {
            reliable = false;
            at = SkipBlanks(line, at + 1);
        }

        if (at < line.Length && line[at] == '(')
        {
            at++;
        }

        LinuxFrame? frame = ReadPlace(line, at);
        return frame is null ? null : frame with { IsReliable = reliable && frame.IsReliable, Address = address };
    }

    /// <summary>The function, offset and size in a line from a position on.</summary>
    internal static LinuxFrame? ReadPlace(string line, int at)
    {
        int end = at;
        while (end < line.Length && (char.IsLetterOrDigit(line[end]) || line[end] is '_' or '.' or '$'))
        {
            end++;
        }

        if (end == at)
        {
            return null;
        }

        string name = RustSymbol.Demangle(line.Substring(at, end - at));
        if (!TryHex(line, end, "+0x", out ulong offset, out int afterOffset) || offset > uint.MaxValue || !TryHex(line, afterOffset, "/0x", out ulong size, out int after))
        {
            return ReadInlined(line, name, end);
        }

        return new LinuxFrame
        {
            Function = name,
            Offset = (uint)offset,

            // Data that is executed has no size: the symbol after it is then in another section, or before it.
            Size = size > int.MaxValue ? null : (uint)size,
            Module = ReadModule(line, after),
            Source = ReadSource(line, after),
            IsReliable = !line.EndsWith("(unreliable)", StringComparison.Ordinal),
        };
    }

    private static List<LinuxFrame> ReadFrom(CrashReport report, int start)
    {
        var frames = new List<LinuxFrame>();
        string? context = null;
        int barren = 0;
        int questionable = report.Questionable.FindIndex(q => q.Key > start);
        for (int i = start + 1; i < report.Lines.Count && barren < LinesWithoutEntry && frames.Count < MaximumFrames; i++)
        {
            while (questionable >= 0 && questionable < report.Questionable.Count && report.Questionable[questionable].Key <= i)
            {
                if (ReadFrame(report.Questionable[questionable++].Value) is LinuxFrame stale)
                {
                    frames.Add(stale with { IsReliable = false, Context = context });
                }
            }

            string line = report.Lines[i];
            string text = line.Trim(' ');
            if (StackLine.IsStart(line) || IsHeading(text) || text.StartsWith("---[ end trace", StringComparison.Ordinal) || text.StartsWith("Modules linked in", StringComparison.Ordinal))
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

            if (ReadArmFrames(text, frames.Count == 0, context) is { Count: > 0 } arm)
            {
                frames.AddRange(arm);
                barren = 0;
                continue;
            }

            bool pointer = IsPointer(text, out int at);
            LinuxFrame? frame = pointer ? ReadPlace(text, at) : ReadFrame(text);
            if (frame is null)
            {
                // Registers of an exception stand inside a stack; an empty line or other text soon ends it.
                barren = text.Length == 0 && frames.Count > 0 ? LinesWithoutEntry : barren + 1;
                continue;
            }

            barren = 0;
            frames.Add(frame with { IsInstructionPointer = pointer, Context = context });
        }

        return frames;
    }

    /// <summary>
    /// arm: <c>[&lt;c0100000>] (name) from [&lt;c0100010>] (caller+0x10/0x20)</c>, since 5.18 <c>name from caller+0x10/0x20</c>: every
    /// line repeats the caller of the one before as its first name, without an offset.
    /// </summary>
    private static List<LinuxFrame> ReadArmFrames(string text, bool isFirst, string? context)
    {
        const string From = " from ";
        int from = text.IndexOf(From, StringComparison.Ordinal);
        if (from <= 0 || ReadFrame(text.Substring(from + From.Length)) is not LinuxFrame caller)
        {
            return [];
        }

        string name = text.Substring(0, from);
        int start = name.LastIndexOf(' ') + 1;
        name = name.Substring(start).Trim('(', ')');
        bool isName = name.Length > 0 && name.All(c => char.IsLetterOrDigit(c) || c is '_' or '.');
        return !isName ? []
            : isFirst ? [new LinuxFrame { Function = name, Context = context }, caller with { Context = context }]
            : [caller with { Context = context }];
    }

    private static int FindTrace(List<string> lines)
    {
        for (int i = 0; i < lines.Count; i++)
        {
            // Checkers head their own stack differently.
            if (StackLine.IsCallTrace(lines[i]) || lines[i].StartsWith("BUG: KFENCE:", StringComparison.Ordinal) || lines[i].StartsWith("BUG: KMSAN:", StringComparison.Ordinal) || (StackLine.IsStart(lines[i]) && lines[i].Contains(" backtrace")))
            {
                return i;
            }
        }

        return -1;
    }

    private static bool IsHeading(string line) =>
        line.EndsWith(":", StringComparison.Ordinal)
        && (line.StartsWith("Allocated", StringComparison.Ordinal)
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
        foreach (string mark in new[] { "RIP: ", "EIP: ", "pc : ", "PC is at " })
        {
            if (text.StartsWith(mark, StringComparison.Ordinal))
            {
                at = mark.Length;
                int colon = at;
                while (colon < text.Length && char.IsDigit(text[colon]))
                {
                    colon++;
                }

                at = colon < text.Length && text[colon] == ':' ? colon + 1 : at;
                return true;
            }
        }

        return false;
    }

    private static LinuxFrame? ReadInlined(string line, string name, int end)
    {
        int source = SkipBlanks(line, end);
        if (source == end || !line.EndsWith("[inline]", StringComparison.Ordinal))
        {
            return null;
        }

        int location = SourceLocation.End(line, source);
        return location < 0 ? null : new LinuxFrame { Function = name, Source = line.Substring(source, location - source), IsInlined = true };
    }

    private static string? ReadModule(string line, int at)
    {
        int open = SkipBlanks(line, at);
        int close = open < line.Length && line[open] == '[' ? line.IndexOf(']', open) : -1;
        if (close < 0)
        {
            return null;
        }

        // The build id may follow the name.
        string inside = line.Substring(open + 1, close - open - 1);
        int blank = inside.IndexOf(' ');
        return blank < 0 ? inside : inside.Substring(0, blank);
    }

    private static string? ReadSource(string line, int at)
    {
        int start = SkipBlanks(line, at);
        int end = start < line.Length ? SourceLocation.End(line, start) : -1;
        return end < 0 ? null : line.Substring(start, end - start);
    }

    private static bool TryHex(string line, int at, string mark, out ulong value, out int end)
    {
        value = 0;
        end = at + mark.Length;
        return string.CompareOrdinal(line, at, mark, 0, mark.Length) == 0 && LogNumber.TryHex(line, end, out value, out end);
    }

    private static VirtualAddress? ParseAddress(string line, int at, int end)
    {
        int digits = at + 1;
        digits += line[digits] == '<' ? 1 : 0;
        digits += string.CompareOrdinal(line, digits, "0x", 0, 2) == 0 ? 2 : 0;

        // Kernels from 4.10 to 4.14 print zeros when they hide addresses, or the log was made shareable.
        return digits < end && LogNumber.TryHex(line, digits, out ulong value, out _) && value != 0 ? new VirtualAddress(value) : null;
    }

    private static int SkipBlanks(string line, int at)
    {
        while (at < line.Length && line[at] is ' ' or '\t')
        {
            at++;
        }

        return at;
    }
}
