using KernelFault.Memory;

namespace KernelFault.Analysis.Linux;

/// <summary>Reads one entry of a stack.</summary>
internal static class FrameReader
{
    /// <summary>One entry.</summary>
    /// <param name="line">A line of a stack.</param>
    /// <returns>The entry; null when the line is none.</returns>
    internal static LinuxFrame? Read(string line)
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

    /// <summary>
    /// arm: <c>[&lt;c0100000>] (name) from [&lt;c0100010>] (caller+0x10/0x20)</c>, since 5.18 <c>name from caller+0x10/0x20</c>: every
    /// line repeats the caller of the one before as its first name, without an offset.
    /// </summary>
    internal static List<LinuxFrame> ReadArm(string text, bool isFirst, string? context)
    {
        const string From = " from ";
        int from = text.IndexOf(From, StringComparison.Ordinal);
        if (from <= 0 || Read(text.Substring(from + From.Length)) is not LinuxFrame caller)
        {
            return [];
        }

        string name = text.Substring(0, from).TrimEnd(' ');
        int module = name.EndsWith("]", StringComparison.Ordinal) ? name.LastIndexOf(" [", StringComparison.Ordinal) : -1;
        name = module < 0 ? name : name.Substring(0, module);
        int start = name.LastIndexOf(' ') + 1;
        name = name.Substring(start).Trim('(', ')');
        bool isName = name.Length > 0 && name.All(c => char.IsLetterOrDigit(c) || c is '_' or '.');
        return !isName ? []
            : isFirst ? [new LinuxFrame { Function = name, Context = context }, caller with { Context = context }]
            : [caller with { Context = context }];
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
