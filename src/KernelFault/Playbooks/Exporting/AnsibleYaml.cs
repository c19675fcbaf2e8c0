using System.Globalization;
using System.Text;
using YamlDotNet.Core;
using YamlDotNet.RepresentationModel;

namespace KernelFault.Playbooks.Exporting;

/// <summary>
/// Nodes of YAML for Ansible. A text of a playbook is written by <see cref="Text"/> alone: what would be Jinja in it is marked
/// <c>!unsafe</c>, so that Ansible takes it as it stands.
/// </summary>
internal static class AnsibleYaml
{
    private const int Width = 110;
    private static readonly string[] s_marks = ["{{", "{%", "{#"];

    /// <summary>A text that means itself.</summary>
    internal static YamlScalarNode Text(string text)
    {
        var node = new YamlScalarNode(text) { Style = ScalarStyle.DoubleQuoted };
        if (s_marks.Any(mark => text.Contains(mark, StringComparison.Ordinal)))
        {
            node.Tag = "!unsafe";
        }

        return node;
    }

    /// <summary>The name of a task, which Ansible shows: its own marks are taken apart, and it begins with a capital as its linter wants.</summary>
    internal static YamlScalarNode Name(string text)
    {
        string name = Formats.PrintableText.Clean(text, 120).Replace("{{", "{ {").Replace("{%", "{ %").Replace("{#", "{ #");
        return new YamlScalarNode(name.Length == 0 ? "Step" : char.ToUpperInvariant(name[0]) + name.Substring(1)) { Style = ScalarStyle.DoubleQuoted };
    }

    /// <summary>A text that Ansible never takes for a template, nor anything that it took part in making.</summary>
    internal static YamlScalarNode Unsafe(string text) => new(text) { Style = ScalarStyle.DoubleQuoted, Tag = "!unsafe" };

    /// <summary>An expression whose value is meant.</summary>
    internal static YamlScalarNode Value(string expression) => new("{{ " + expression + " }}") { Style = ScalarStyle.DoubleQuoted };

    /// <summary>
    /// A map that is kept. A fact or a variable is a template again wherever it is used, unless something unsafe took part in making it:
    /// then it stays as it stands.
    /// </summary>
    internal static YamlScalarNode Fact(IEnumerable<(string Name, string Value)> pairs) => Value(Pairs(pairs));

    /// <summary>The expression for such a map.</summary>
    internal static string Pairs(IEnumerable<(string Name, string Value)> pairs) =>
        "({" + string.Join(", ", pairs.Select(pair => $"{Jinja.Quote(pair.Name)}: {pair.Value}")) + "} if kf_plain == '' else {})";

    /// <summary>An empty map.</summary>
    internal static YamlMappingNode Nothing() => new() { Style = YamlDotNet.Core.Events.MappingStyle.Flow };

    /// <summary>A value without interpolations as a node: it stands there as it is.</summary>
    internal static YamlNode Literal(object? value) => value switch
    {
        null => Plain("null"),
        string text => Text(text),
        double number when Jinja.Literal(number).Contains('E') && !Jinja.Literal(number).Contains('.') => Plain(Jinja.Literal(number).Replace("E", ".0E")),

        // Keys are not looked at by Ansible.
        IReadOnlyDictionary<string, object?> map => new YamlMappingNode(map.Select(pair => new KeyValuePair<YamlNode, YamlNode>(new YamlScalarNode(pair.Key) { Style = ScalarStyle.DoubleQuoted }, Literal(pair.Value)))),
        IReadOnlyList<object?> list => List(list.Select(Literal)),
        _ => Plain(Jinja.Literal(value)),
    };

    /// <summary>A task that fails unless some things are so.</summary>
    internal static YamlMappingNode Assert(string name, IEnumerable<string> conditions, string message) => Map(
        ("name", Name(name)),
        ("ansible.builtin.assert", Map(
            ("that", List(conditions.Select(Condition))),
            ("fail_msg", Text(message)),
            ("quiet", Plain("true")))));

    /// <summary>A task that fails.</summary>
    internal static YamlMappingNode Fail(string name, YamlNode message) => Map(
        ("name", Name(name)),
        ("ansible.builtin.fail", Map(("msg", message))));

    /// <summary>A condition, which Ansible takes as an expression without braces.</summary>
    internal static YamlScalarNode Condition(string expression) => new(expression) { Style = ScalarStyle.DoubleQuoted };

    /// <summary>A word of Ansible's own, a number or a boolean.</summary>
    internal static YamlScalarNode Plain(string word) => new(word) { Style = ScalarStyle.Plain };

    internal static YamlScalarNode Plain(long number) => Plain(number.ToString(CultureInfo.InvariantCulture));

    internal static YamlMappingNode Map(params (string Key, YamlNode? Value)[] entries)
    {
        var map = new YamlMappingNode();
        foreach ((string key, YamlNode? value) in entries)
        {
            if (value is not null)
            {
                map.Add(new YamlScalarNode(key), value);
            }
        }

        return map;
    }

    internal static YamlSequenceNode List(IEnumerable<YamlNode> items) => new(items);

    /// <summary>What stands under a key; null when there is none.</summary>
    internal static YamlNode? At(YamlNode node, string key) => node is YamlMappingNode map && map.Children.TryGetValue(new YamlScalarNode(key), out YamlNode? value) ? value : null;

    /// <summary>Sets what stands under a key.</summary>
    internal static void Set(YamlMappingNode map, string key, YamlNode value) => map.Children[new YamlScalarNode(key)] = value;

    /// <summary>A copy that may be changed.</summary>
    internal static YamlNode Copy(YamlNode node) => node switch
    {
        YamlMappingNode map => new YamlMappingNode(map.Children.Select(pair => new KeyValuePair<YamlNode, YamlNode>(Copy(pair.Key), Copy(pair.Value)))) { Style = map.Style },
        YamlSequenceNode list => new YamlSequenceNode(list.Children.Select(Copy)) { Style = IsLong(list) ? YamlDotNet.Core.Events.SequenceStyle.Block : list.Style },
        YamlScalarNode scalar => new YamlScalarNode(scalar.Value) { Style = scalar.Style, Tag = scalar.Tag },
        _ => throw new InvalidOperationException(node.NodeType.ToString()),
    };

    // A list in brackets that is wrapped is no list to Ansible's linter.
    private static bool IsLong(YamlSequenceNode list) => list.Children.Sum(child => (child as YamlScalarNode)?.Value?.Length ?? Width) > Width / 2;

    /// <summary>Writes a document.</summary>
    internal static string Write(YamlNode root, IEnumerable<string> comments)
    {
        using var writer = new StringWriter(CultureInfo.InvariantCulture) { NewLine = "\n" };
        var settings = new EmitterSettings(2, Width, false, 1024, skipAnchorName: false, indentSequences: true, newLine: "\n");
        new YamlStream(new YamlDocument(root)).Save(new Emitter(writer, settings), assignAnchors: false);
        string body = writer.ToString().Replace("\r\n", "\n").TrimEnd('\n');
        if (body.EndsWith("\n...", StringComparison.Ordinal))
        {
            body = body.Substring(0, body.Length - 4);
        }

        var text = new StringBuilder();
        foreach (string comment in comments)
        {
            text.Append("# ").Append(Formats.PrintableText.Clean(comment, 150)).Append('\n');
        }

        return text.Append("---\n").Append(body).Append('\n').ToString();
    }
}
