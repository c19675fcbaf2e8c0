namespace KernelFault.Knowledge;

/// <summary>Names written as the data files write them: <c>^</c> and <c>$</c> tie to the ends, <c>*</c> is any text, <c>?</c> one character, <c>#</c> digits, <c>{a,b}</c> either.</summary>
internal sealed class LinuxNamePattern
{
    private readonly string _text;
    private readonly bool _atStart;
    private readonly bool _atEnd;
    private readonly bool _isPlain;

    private LinuxNamePattern(string text)
    {
        _atStart = text.StartsWith("^", StringComparison.Ordinal);
        _atEnd = text.EndsWith("$", StringComparison.Ordinal);
        int start = _atStart ? 1 : 0;
        _text = text.Substring(start, text.Length - start - (_atEnd ? 1 : 0));
        _isPlain = _text.IndexOfAny(['*', '#', '?']) < 0;
    }

    /// <summary>Reads one entry of a data file.</summary>
    /// <param name="entry">The entry; braces are expanded.</param>
    /// <returns>The patterns it stands for.</returns>
    internal static IEnumerable<LinuxNamePattern> Parse(string entry) => Expand(entry).Select(e => new LinuxNamePattern(e));

    /// <summary>True if a name holds the pattern.</summary>
    internal bool IsMatch(string name)
    {
        if (_isPlain)
        {
            return _atStart && _atEnd ? name == _text
                : _atStart ? name.StartsWith(_text, StringComparison.Ordinal)
                : _atEnd ? name.EndsWith(_text, StringComparison.Ordinal)
                : name.Contains(_text);
        }

        for (int start = 0; start <= (_atStart ? 0 : name.Length); start++)
        {
            if (MatchesAt(name, start, 0))
            {
                return true;
            }
        }

        return false;
    }

    private static IEnumerable<string> Expand(string entry)
    {
        int open = entry.IndexOf('{');
        if (open < 0)
        {
            return [entry];
        }

        int close = entry.IndexOf('}', open);
        string head = entry.Substring(0, open);
        string[] choices = entry.Substring(open + 1, close - open - 1).Split(',');
        return Expand(entry.Substring(close + 1)).SelectMany(tail => choices.Select(choice => head + choice + tail));
    }

    /// <summary>Names are short and patterns come from our own files, so plain backtracking is enough.</summary>
    private bool MatchesAt(string name, int at, int symbol)
    {
        for (; symbol < _text.Length; symbol++)
        {
            switch (_text[symbol])
            {
                case '*':
                    for (int next = at; next <= name.Length; next++)
                    {
                        if (MatchesAt(name, next, symbol + 1))
                        {
                            return true;
                        }
                    }

                    return false;
                case '#':
                    int digits = at;
                    while (digits < name.Length && char.IsDigit(name[digits]))
                    {
                        digits++;
                    }

                    if (digits == at)
                    {
                        return false;
                    }

                    at = digits;
                    break;
                case char c:
                    if (at >= name.Length || (c != '?' && name[at] != c))
                    {
                        return false;
                    }

                    at++;
                    break;
            }
        }

        return !_atEnd || at == name.Length;
    }
}
