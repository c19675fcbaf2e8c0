using System.Globalization;
using KernelFault.Formats;
using KernelFault.Hosts;

namespace KernelFault.Servicing;

// In every language sfc writes the same way: what it begins; one line of percentages, each over the one before with a carriage return,
// when it looks at all files; what came of it. Only when it found something it names the log, whose name is never translated.

/// <summary>What sfc wrote, by its structure.</summary>
/// <param name="Percentage">The last percentage, 0 to 100; null when there was none.</param>
/// <param name="NamesLog">Whether it names CBS.log.</param>
/// <param name="Message">What it said at last, in the machine's language; empty when nothing.</param>
internal sealed record SystemFileOutput(double? Percentage, bool NamesLog, string Message)
{
    private const int MaximumMessage = 1024;

    /// <summary>Reads an output.</summary>
    /// <param name="output">The bytes.</param>
    /// <param name="codePage">The machine's code page; null when unknown.</param>
    internal static SystemFileOutput Read(byte[] output, int? codePage)
    {
        var percentages = new PercentageReader();
        percentages.Add(output);
        string text = ProgramText.Decode(output, codePage?.ToString(CultureInfo.InvariantCulture));
        var message = new List<string>();
        foreach (string line in text.Split('\n'))
        {
            string last = line.TrimEnd('\r');
            last = last.Substring(last.LastIndexOf('\r') + 1).Trim();
            if (IsPercentage(last))
            {
                message.Clear();
            }
            else if (last.Length > 0)
            {
                message.Add(last);
            }
        }

        return new SystemFileOutput(
            percentages.Percentage,
            text.IndexOf("cbs.log", StringComparison.OrdinalIgnoreCase) is >= 0,
            PrintableText.Clean(string.Join(" ", message), MaximumMessage));
    }

    private static bool IsPercentage(string line) => line.IndexOfAny(['%', '\u066A', '\uFF05']) >= 0 && line.Any(char.IsDigit) && line.IndexOf('\\') < 0;
}
