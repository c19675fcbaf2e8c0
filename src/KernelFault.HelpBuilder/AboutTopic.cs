using System.Text;

namespace KernelFault.HelpBuilder;

/// <summary>An about_ page as the text file that Get-Help shows.</summary>
internal static class AboutTopic
{
    internal static string ToText(string markdown)
    {
        var text = new StringBuilder();
        bool code = false;
        foreach (string line in markdown.ReplaceLineEndings("\n").TrimEnd('\n').Split('\n'))
        {
            if (line.StartsWith("```", StringComparison.Ordinal))
            {
                code = !code;
                continue;
            }

            if (!code && line.StartsWith('#'))
            {
                string heading = line.TrimStart('#').Trim();
                text.Append(line.StartsWith("# ", StringComparison.Ordinal) ? "TOPIC\n    " + heading : heading.ToUpperInvariant()).Append('\n');
                continue;
            }

            string content = code ? "    " + line : Inline.Strip(line);
            text.Append(content.Length == 0 ? string.Empty : "    " + content).Append('\n');
        }

        return text.ToString();
    }
}
