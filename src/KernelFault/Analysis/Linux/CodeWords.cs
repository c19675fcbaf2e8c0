// Code of processors whose instructions this library does not disassemble:
//   arm, arm64  Code: 94f84769 f94002e8 (f9400d01)                 four bytes a word, the one of the fault in brackets
//   riscv       Code: 1101 ec06 (4108)                             two bytes a word (before 6.5: four), little-endian
//   powerpc     Instruction dump: · 78631f48 <e87f0b20> 4bff81e9   on the lines after it; "Code: …" since 6.2
//   s390        Krnl Code: 00000000009e59d4: ecdcfff8a065 clgrj …  disassembled by the kernel: # the instruction before, > the next
namespace KernelFault.Analysis.Linux;

/// <summary>The code around a fault as the kernel printed it.</summary>
internal sealed class CodeWords
{
    private const int MaximumWords = 64;
    private const string Arrow = "→ ";
    private readonly List<string> _lines = [];

    /// <summary>One line a word or instruction; the one of the fault begins with an arrow. Empty when not printed.</summary>
    internal IReadOnlyList<string> Lines => _lines;

    /// <summary>The word of the fault in hexadecimal; null when none is marked.</summary>
    internal string? Faulting { get; private set; }

    /// <summary>The instruction of the fault, where the kernel disassembles; null otherwise.</summary>
    internal string? Text { get; private set; }

    /// <summary>Reads a report.</summary>
    internal static CodeWords Read(IReadOnlyList<string> lines)
    {
        const string Dump = "Instruction dump:";
        const string Code = "Code: ";
        const string S390 = "Krnl Code:";
        var code = new CodeWords();
        for (int i = 0; i < lines.Count && code._lines.Count == 0; i++)
        {
            string text = lines[i].TrimStart(' ');
            if (text.StartsWith(Code, StringComparison.Ordinal))
            {
                // powerpc goes on on the next line.
                bool more = code.Take(text.Substring(Code.Length)) && i + 1 < lines.Count && lines[i + 1].StartsWith(Code, StringComparison.Ordinal);
                _ = more && code.Take(lines[i + 1].Substring(Code.Length));
            }
            else if (text.StartsWith(Dump, StringComparison.Ordinal))
            {
                for (int next = i + 1; next < lines.Count && next <= i + 3 && code.Take(lines[next]); next++)
                {
                }
            }
            else if (text.StartsWith(S390, StringComparison.Ordinal))
            {
                code.TakeS390(text.Substring(S390.Length));
                for (int next = i + 1; next < lines.Count && code._lines.Count < MaximumWords && code.TakeS390(lines[next]); next++)
                {
                }
            }
        }

        return code;
    }

    /// <summary>Words of four or eight digits; other text ends them.</summary>
    private bool Take(string text)
    {
        foreach (string word in text.Split([' '], StringSplitOptions.RemoveEmptyEntries))
        {
            string digits = word.Trim('(', ')', '<', '>');
            if (digits.Length is not (4 or 8) || !digits.All(Uri.IsHexDigit) || _lines.Count >= MaximumWords)
            {
                return false;
            }

            bool marked = digits.Length < word.Length && Faulting is null;
            Faulting = marked ? digits : Faulting;
            _lines.Add((marked ? Arrow : "  ") + digits);
        }

        return true;
    }

    private bool TakeS390(string text)
    {
        string line = text.Trim(' ');
        bool marked = line.StartsWith(">", StringComparison.Ordinal);
        string[] parts = line.TrimStart('>', '#').Split([' ', '\t'], StringSplitOptions.RemoveEmptyEntries);
        if (parts.Length < 3 || parts[0].Length != 17 || parts[0][16] != ':' || !parts[1].All(Uri.IsHexDigit))
        {
            return false;
        }

        string instruction = Formats.PrintableText.Clean(string.Join(" ", parts.Skip(2)), 80);
        _lines.Add((marked ? Arrow : "  ") + instruction);
        if (marked)
        {
            Faulting = parts[1];
            Text = instruction;
        }

        return true;
    }
}
