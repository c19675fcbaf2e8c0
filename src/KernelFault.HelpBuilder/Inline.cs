using System.Text.RegularExpressions;

namespace KernelFault.HelpBuilder;

/// <summary>Markdown inside a line, as plain text.</summary>
internal static partial class Inline
{
    internal static string Strip(string text) => Marks().Replace(Links().Replace(text, "$1"), "$1$2");

    [GeneratedRegex(@"\[([^\]]+)\]\([^)]+\)")]
    private static partial Regex Links();

    [GeneratedRegex(@"`([^`]+)`|\*\*([^*]+)\*\*")]
    private static partial Regex Marks();
}
