using System.Xml.Linq;

namespace KernelFault.HelpBuilder;

// MAML, "PSMaml" help of PowerShell: the only form that Get-Help reads for compiled cmdlets in every PowerShell.

/// <summary>Writes the help file.</summary>
internal static class MamlWriter
{
    private static readonly XNamespace s_root = "http://msh";
    private static readonly XNamespace s_maml = "http://schemas.microsoft.com/maml/2004/10";
    private static readonly XNamespace s_command = "http://schemas.microsoft.com/maml/dev/command/2004/10";
    private static readonly XNamespace s_dev = "http://schemas.microsoft.com/maml/dev/2004/10";

    internal static void Write(string file, IEnumerable<(CmdletFacts Cmdlet, CommandPage Page)> commands)
    {
        var root = new XElement(s_root + "helpItems", new XAttribute("schema", "maml"), commands.Select(command => Command(command.Cmdlet, command.Page)));
        new XDocument(root).Save(file);
    }

    private static XElement Command(CmdletFacts cmdlet, CommandPage page)
    {
        IReadOnlyDictionary<string, IReadOnlyList<string>> texts = page.Parameters;
        string[] names = cmdlet.Parameters.Select(p => p.Name).Distinct().ToArray();
        foreach (string name in names.Except(texts.Keys).Concat(texts.Keys.Except(names)))
        {
            throw new InvalidDataException($"{cmdlet.Name}.md and the cmdlet disagree on the parameter -{name}");
        }

        return new XElement(
            s_command + "command",
            new XAttribute(XNamespace.Xmlns + "maml", s_maml),
            new XAttribute(XNamespace.Xmlns + "command", s_command),
            new XAttribute(XNamespace.Xmlns + "dev", s_dev),
            new XElement(
                s_command + "details",
                new XElement(s_command + "name", cmdlet.Name),
                new XElement(s_command + "verb", cmdlet.Verb),
                new XElement(s_command + "noun", cmdlet.Noun),
                new XElement(s_maml + "description", Paragraphs([page.Synopsis]))),
            new XElement(s_maml + "description", Paragraphs(page.Description)),
            new XElement(s_command + "syntax", cmdlet.Sets.Select(set => Syntax(cmdlet, set, texts))),
            new XElement(s_command + "parameters", cmdlet.Parameters.GroupBy(p => p.Name).OrderBy(p => p.Key, StringComparer.Ordinal).Select(p => Parameter(p.First(), texts[p.Key], inSyntax: false))),
            new XElement(s_command + "inputTypes", page.Inputs.Select(type => Typed(s_command + "inputType", type))),
            new XElement(s_command + "returnValues", page.Outputs.Select(type => Typed(s_command + "returnValue", type))),
            new XElement(s_maml + "alertSet", new XElement(s_maml + "alert", Paragraphs(page.Notes))),
            new XElement(s_command + "examples", page.Examples.Select(Example)),
            new XElement(s_command + "relatedLinks", page.RelatedLinks.Select(link => new XElement(s_maml + "navigationLink", new XElement(s_maml + "linkText", link)))));
    }

    private static XElement Syntax(CmdletFacts cmdlet, string set, IReadOnlyDictionary<string, IReadOnlyList<string>> texts) => new(
        s_command + "syntaxItem",
        new XElement(s_maml + "name", cmdlet.Name),
        cmdlet.Parameters
            .Where(p => p.Set == set || p.Set == ParameterFacts.EverySet)
            .OrderBy(p => p.Position == "named").ThenBy(p => p.Position, StringComparer.Ordinal).ThenBy(p => !p.Required)
            .Select(p => Parameter(p, texts[p.Name], inSyntax: true)));

    private static XElement Parameter(ParameterFacts parameter, IReadOnlyList<string> text, bool inSyntax) => new(
        s_command + "parameter",
        new XAttribute("required", parameter.Required ? "true" : "false"),
        new XAttribute("variableLength", "true"),
        new XAttribute("globbing", parameter.Wildcards ? "true" : "false"),
        new XAttribute("pipelineInput", parameter.PipelineInput),
        new XAttribute("position", parameter.Position),
        new XAttribute("aliases", parameter.Aliases),
        new XElement(s_maml + "name", parameter.Name),
        new XElement(s_maml + "description", Paragraphs(text)),
        inSyntax && parameter.IsSwitch ? null : new XElement(
            s_command + "parameterValue",
            new XAttribute("required", parameter.IsSwitch ? "false" : "true"),
            new XAttribute("variableLength", "false"),
            parameter.TypeName),
        new XElement(s_dev + "type", new XElement(s_maml + "name", parameter.TypeName), new XElement(s_maml + "uri")),
        new XElement(s_dev + "defaultValue", parameter.IsSwitch ? "False" : "None"));

    private static XElement Typed(XName name, (string Type, string Text) type) => new(
        name,
        new XElement(s_dev + "type", new XElement(s_maml + "name", type.Type)),
        new XElement(s_maml + "description", Paragraphs([type.Text])));

    private static XElement Example(PageExample example) => new(
        s_command + "example",
        new XElement(s_maml + "title", $"--- {example.Title} ---"),
        new XElement(s_dev + "code", example.Code),
        new XElement(s_dev + "remarks", Paragraphs(example.Remarks)));

    private static IEnumerable<XElement> Paragraphs(IEnumerable<string> texts) => texts.Select(text => new XElement(s_maml + "para", text));
}
