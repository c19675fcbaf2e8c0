namespace KernelFault.HelpBuilder;

/// <summary>One example of a page.</summary>
internal sealed record PageExample(string Title, string Code, IReadOnlyList<string> Remarks);

/// <summary>
/// A cmdlet's Markdown page: <c>## Synopsis</c>, <c>## Description</c>, <c>## Examples</c> (each <c>###</c> with a
/// <c>powershell</c> block and, where it prints something, an <c>output</c> block), <c>## Parameters</c> (each
/// <c>### -Name</c>), <c>## Inputs</c>, <c>## Outputs</c>, <c>## Notes</c>, <c>## Related links</c>.
/// </summary>
internal sealed class CommandPage
{
    private readonly Dictionary<string, List<string>> _sections = new(StringComparer.OrdinalIgnoreCase);
    private readonly string _file;

    private CommandPage(string file) => _file = file;

    internal string Synopsis => string.Join(" ", Paragraphs("Synopsis"));

    internal IReadOnlyList<string> Description => Paragraphs("Description");

    internal IReadOnlyList<string> Notes => _sections.ContainsKey("Notes") ? Paragraphs("Notes") : [];

    internal IReadOnlyList<PageExample> Examples => Parts("Examples").Select(part => Example(part.Title, part.Lines)).ToArray();

    internal IReadOnlyDictionary<string, IReadOnlyList<string>> Parameters =>
        Parts("Parameters").ToDictionary(part => part.Title.TrimStart('-'), part => (IReadOnlyList<string>)ToParagraphs(part.Lines), StringComparer.Ordinal);

    internal IReadOnlyList<(string Type, string Text)> Inputs => Types("Inputs");

    internal IReadOnlyList<(string Type, string Text)> Outputs => Types("Outputs");

    internal IEnumerable<string> RelatedLinks => Section("Related links").Where(line => line.StartsWith("- ", StringComparison.Ordinal)).Select(line => Inline.Strip(line[2..]));

    internal static CommandPage Read(string file)
    {
        if (!File.Exists(file))
        {
            throw new InvalidDataException($"the page {Path.GetFileName(file)} is missing");
        }

        var page = new CommandPage(file);
        List<string>? section = null;
        bool code = false;
        foreach (string line in File.ReadAllLines(file))
        {
            code ^= line.StartsWith("```", StringComparison.Ordinal);
            if (!code && line.StartsWith("## ", StringComparison.Ordinal))
            {
                page._sections[line[3..].Trim()] = section = [];
            }
            else
            {
                section?.Add(line);
            }
        }

        return page;
    }

    private List<string> Section(string name) => _sections.TryGetValue(name, out List<string>? lines)
        ? lines
        : throw new InvalidDataException($"{Path.GetFileName(_file)} has no section '{name}'");

    private string[] Paragraphs(string section) => ToParagraphs(Section(section));

    private (string Type, string Text)[] Types(string section) =>
        Parts(section).Select(part => (part.Title, string.Join(" ", ToParagraphs(part.Lines)))).ToArray();

    private List<(string Title, List<string> Lines)> Parts(string section)
    {
        var parts = new List<(string Title, List<string> Lines)>();
        foreach (string line in Section(section))
        {
            if (line.StartsWith("### ", StringComparison.Ordinal))
            {
                parts.Add((Inline.Strip(line[4..].Trim()), []));
            }
            else if (parts.Count > 0)
            {
                parts[^1].Lines.Add(line);
            }
        }

        return parts;
    }

    private PageExample Example(string title, List<string> lines)
    {
        var code = new List<string>();
        var remarks = new List<string>();
        var prose = new List<string>();
        string? block = null;
        foreach (string line in lines)
        {
            if (line.StartsWith("```", StringComparison.Ordinal))
            {
                remarks.AddRange(ToParagraphs(prose));
                prose.Clear();
                block = block is null ? line[3..] : null;
                continue;
            }

            (block switch { null => prose, "powershell" => code, _ => remarks }).Add(line);
        }

        remarks.AddRange(ToParagraphs(prose));
        return code.Count == 0
            ? throw new InvalidDataException($"{Path.GetFileName(_file)}: the example '{title}' has no powershell block")
            : new PageExample(title, string.Join("\n", code), remarks);
    }

    private static string[] ToParagraphs(IEnumerable<string> lines)
    {
        var paragraphs = new List<string> { string.Empty };
        foreach (string line in lines)
        {
            bool item = line.StartsWith("- ", StringComparison.Ordinal);
            if (line.Length == 0 || item)
            {
                paragraphs.Add(string.Empty);
            }

            paragraphs[^1] = (paragraphs[^1] + " " + Inline.Strip(line.Trim())).Trim();
        }

        return paragraphs.Where(paragraph => paragraph.Length > 0).ToArray();
    }
}
