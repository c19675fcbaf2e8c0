// Messages of the kernel are fixed phrases with a few variable words. They are matched by a small language of their own
// instead of regular expressions: it says what it means, every step is counted, and a match that takes too many is given up,
// so no line, however it is made, can cost more than a fixed time.
//
//   {func}   name of a function, followed by '.' or '+'       {src}    file.c:123
//   {pc}     [<ffffffff81000000>] and blanks, or only blanks  {addr}   the same, and it must be there
//   {word}   lower-case letters and dashes                    {:word}  as any run, not captured
//   {ident}  letters, digits and underscores                  {name}   lower-case letters and underscores
//   {num}    decimal digits                                   {hex}    hexadecimal digits
//   {task}   at most 100 characters (not captured)            {any}    any text (not captured)
//   {text}   any text                                         {rest}   the rest of the line
//   {a|b}    one of the words                                 {:a|b}   the same, not captured
//   {end}    the end of the line, after blanks                ^ at the beginning: the beginning of the line
namespace KernelFault.Analysis.Linux;

/// <summary>A phrase with variable words; see the note at the top of the file for its language.</summary>
internal sealed class LinePattern
{
    private const int StepLimit = 4_000;
    private const int TaskLimit = 100;
    private readonly List<Part> _parts = [];
    private readonly bool _atStart;
    private readonly string _text;

    private LinePattern(string text)
    {
        _text = text;
        _atStart = text.Length > 0 && text[0] == '^';
        int at = _atStart ? 1 : 0;
        while (at < text.Length)
        {
            int open = text.IndexOf('{', at);
            if (open != at)
            {
                int end = open < 0 ? text.Length : open;
                _parts.Add(new Part(PartKind.Literal, text.Substring(at, end - at), []));
                at = end;
                continue;
            }

            int close = text.IndexOf('}', open);
            _parts.Add(Variable(text.Substring(open + 1, close - open - 1)));
            at = close + 1;
        }
    }

    private enum PartKind
    {
        Literal,
        Function,
        Source,
        Address,
        MaybeAddress,
        Run,
        Any,
        Rest,
        Choice,
        End,
    }

    /// <summary>Reads a pattern.</summary>
    /// <param name="text">The pattern, in the language above.</param>
    /// <returns>The pattern.</returns>
    internal static LinePattern Of(string text) => new(text);

    /// <summary>Looks for the pattern anywhere in a line.</summary>
    /// <param name="line">The line.</param>
    /// <param name="captures">The variable words are added, from the left; nothing when it does not match.</param>
    /// <returns>Where in the line it begins; -1 when it does not match.</returns>
    internal int Find(string line, List<string> captures)
    {
        int steps = 0;
        int last = _atStart ? 0 : line.Length;
        for (int start = 0; start <= last; start++)
        {
            if (!_atStart && _parts[0].Kind == PartKind.Literal)
            {
                start = line.IndexOf(_parts[0].Text, start, StringComparison.Ordinal);
                if (start < 0)
                {
                    return -1;
                }
            }

            if (start > 0 && _parts[0].Kind == PartKind.Source && SourceLocation.IsPath(line[start - 1]))
            {
                // A path that is none from its beginning is none from its middle.
                continue;
            }

            int count = captures.Count;
            if (Match(line, start, 0, captures, ref steps))
            {
                return start;
            }

            captures.RemoveRange(count, captures.Count - count);
            if (steps > StepLimit)
            {
                return -1;
            }
        }

        return -1;
    }

    /// <inheritdoc/>
    public override string ToString() => _text;

    /// <summary>The address in brackets that old kernels print before a name, if any.</summary>
    /// <returns>The end of it and of the blanks after it; <paramref name="at"/> when there is none.</returns>
    internal static int SkipAddress(string line, int at)
    {
        int i = at;
        if (i >= line.Length || line[i] != '[')
        {
            return at;
        }

        i++;
        i += i < line.Length && line[i] == '<' ? 1 : 0;
        i += i + 1 < line.Length && line[i] == '0' && line[i + 1] == 'x' ? 2 : 0;
        int digits = i;
        while (i < line.Length && IsLowerHex(line[i]))
        {
            i++;
        }

        if (i == digits)
        {
            return at;
        }

        i += i < line.Length && line[i] == '>' ? 1 : 0;
        return i < line.Length && line[i] == ']' ? i + 1 : at;
    }

    /// <summary>The end of a function's name that is followed by a dot or a plus sign.</summary>
    /// <returns>Where the name ends; -1 when there is no such name.</returns>
    internal static int FunctionEnd(string line, int at)
    {
        int i = at;
        while (i < line.Length && IsName(line[i]))
        {
            i++;
        }

        return i > at && i < line.Length && line[i] is '.' or '+' && i > at ? i : -1;
    }

    private static bool IsName(char c) => c is (>= 'a' and <= 'z') or (>= 'A' and <= 'Z') or (>= '0' and <= '9') or '_';

    private static bool IsLowerHex(char c) => c is (>= '0' and <= '9') or (>= 'a' and <= 'f');

    private static Part Variable(string name) => name switch
    {
        "func" => new Part(PartKind.Function, name, []),
        "src" => new Part(PartKind.Source, name, []),
        "pc" => new Part(PartKind.MaybeAddress, name, []),
        "addr" => new Part(PartKind.Address, name, []),
        "any" or "text" or "task" => new Part(PartKind.Any, name, []),
        "rest" => new Part(PartKind.Rest, name, []),
        "end" => new Part(PartKind.End, name, []),
        "word" or "name" or "num" or "hex" or "ident" => new Part(PartKind.Run, name, []),
        ":word" or ":name" or ":num" or ":hex" or ":ident" => new Part(PartKind.Run, name.Substring(1), [], IsSilent: true),
        _ => new Part(PartKind.Choice, name, name.TrimStart(':').Split('|'), IsSilent: name[0] == ':'),
    };

    private static bool InRun(string kind, char c) => kind switch
    {
        "word" => c is (>= 'a' and <= 'z') or '-',
        "name" => c is (>= 'a' and <= 'z') or '_',
        "ident" => IsName(c),
        "num" => c is >= '0' and <= '9',
        _ => IsLowerHex(c),
    };

    private bool Match(string line, int at, int index, List<string> captures, ref int steps)
    {
        if (++steps > StepLimit)
        {
            return false;
        }

        if (index == _parts.Count)
        {
            return true;
        }

        Part part = _parts[index];
        switch (part.Kind)
        {
            case PartKind.Literal:
                return string.CompareOrdinal(line, at, part.Text, 0, part.Text.Length) == 0
                    && Match(line, at + part.Text.Length, index + 1, captures, ref steps);
            case PartKind.Function:
                int end = FunctionEnd(line, at);
                return end > 0 && Capture(line, at, end, end + 1, index, captures, ref steps);
            case PartKind.Source:
                int sourceEnd = SourceLocation.End(line, at);
                return sourceEnd > 0 && Capture(line, at, sourceEnd, sourceEnd, index, captures, ref steps);
            case PartKind.Address or PartKind.MaybeAddress:
                int address = SkipAddress(line, at);
                int after = address;
                while (after < line.Length && line[after] == ' ')
                {
                    after++;
                }

                return (part.Kind == PartKind.MaybeAddress || (address > at && after > address)) && Match(line, after, index + 1, captures, ref steps);
            case PartKind.Run:
                int run = at;
                while (run < line.Length && InRun(part.Text, line[run]))
                {
                    run++;
                }

                return run > at && (part.IsSilent
                    ? Match(line, run, index + 1, captures, ref steps)
                    : Capture(line, at, run, run, index, captures, ref steps));
            case PartKind.Rest:
                return Capture(line, at, line.Length, line.Length, index, captures, ref steps);
            case PartKind.Choice:
                return MatchChoice(line, at, index, captures, ref steps);
            case PartKind.End:
                return string.IsNullOrWhiteSpace(line.Substring(at));
            default:
                return MatchAny(line, at, index, captures, ref steps);
        }
    }

    private bool MatchChoice(string line, int at, int index, List<string> captures, ref int steps)
    {
        Part part = _parts[index];
        foreach (string choice in part.Choices)
        {
            if (string.CompareOrdinal(line, at, choice, 0, choice.Length) != 0)
            {
                continue;
            }

            int end = at + choice.Length;
            if (part.IsSilent ? Match(line, end, index + 1, captures, ref steps) : Capture(line, at, end, end, index, captures, ref steps))
            {
                return true;
            }
        }

        return false;
    }

    private bool MatchAny(string line, int at, int index, List<string> captures, ref int steps)
    {
        Part part = _parts[index];
        int limit = part.Text == "task" ? Math.Min(line.Length, at + TaskLimit) : line.Length;
        string? next = index + 1 < _parts.Count && _parts[index + 1].Kind == PartKind.Literal ? _parts[index + 1].Text : null;
        for (int end = at; end <= limit && steps <= StepLimit; end++)
        {
            if (next is not null)
            {
                end = line.IndexOf(next, end, StringComparison.Ordinal);
                if (end < 0 || end > limit)
                {
                    return false;
                }
            }

            if (part.Text == "text" ? Capture(line, at, end, end, index, captures, ref steps) : Match(line, end, index + 1, captures, ref steps))
            {
                return true;
            }
        }

        return false;
    }

    private bool Capture(string line, int start, int end, int next, int index, List<string> captures, ref int steps)
    {
        int count = captures.Count;
        captures.Add(line.Substring(start, end - start));
        if (Match(line, next, index + 1, captures, ref steps))
        {
            return true;
        }

        captures.RemoveRange(count, captures.Count - count);
        return false;
    }

    private sealed record Part(PartKind Kind, string Text, string[] Choices, bool IsSilent = false);
}
