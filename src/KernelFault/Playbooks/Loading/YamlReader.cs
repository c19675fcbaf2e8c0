using YamlDotNet.Core;
using YamlDotNet.Core.Events;

namespace KernelFault.Playbooks.Loading;

/// <summary>
/// Reads YAML into nodes that know where they stand. Of the language only what a person reads without knowing it well: one document,
/// no tags, no merge keys, no keys but texts; anchors and aliases, counted as often as they are used, because a few lines of them
/// can stand for more nodes than fit any memory.
/// </summary>
/// <param name="problems">What is wrong.</param>
internal sealed class YamlReader(PlaybookProblems problems)
{
    internal const int MaximumDepth = 32;
    internal const int MaximumNodes = 20_000;
    internal const long MaximumCharacters = 4 * 1024 * 1024;

    private readonly Dictionary<string, YamlNode> _anchors = new(StringComparer.Ordinal);
    private int _nodes;
    private long _characters;

    /// <summary>Reads the one document of a text.</summary>
    /// <param name="text">The text.</param>
    /// <returns>The node at the top.</returns>
    /// <exception cref="PlaybookFormatException">It is no YAML, or YAML that is refused and cannot be read on from there.</exception>
    internal YamlNode Read(string text)
    {
        var parser = new Parser(new Scanner(new StringReader(text), skipComments: true));
        try
        {
            _ = Next(parser);
            if (Next(parser) is not DocumentStart start)
            {
                throw problems.Stop(1, 1, ProblemId.Empty, "The file is empty.", "a map with version, name, title, description and steps");
            }

            Check(start);
            YamlNode root = Node(parser, Next(parser), 1);
            _ = Next(parser);
            if (Next(parser) is DocumentStart second)
            {
                problems.Error(Line(second.Start), Column(second.Start), ProblemId.SeveralDocuments, "A second document begins here.", "one playbook a file");
            }

            return root;
        }
        catch (YamlException e)
        {
            throw problems.Stop(Line(e.Start), Column(e.Start), ProblemId.Syntax, "This is no YAML: " + e.Message, Advice(text, Line(e.Start)));
        }
        catch (Exception e) when (e is ArgumentException or InvalidOperationException or FormatException or OverflowException or IndexOutOfRangeException or KeyNotFoundException or NullReferenceException)
        {
            // What the parser runs into on text that its authors did not think of.
            throw problems.Stop(Line(parser.Current?.End ?? Mark.Empty), Column(parser.Current?.End ?? Mark.Empty), ProblemId.Syntax, "This is no YAML: " + e.Message);
        }
    }

    // The mistake that is made most: an interpolation has braces, and braces are YAML's own.
    private static string? Advice(string text, int line)
    {
        string? at = text.Split('\n').Skip(line - 1).FirstOrDefault();
        return at?.Contains("${{") == true ? "quotes around a text with ${{ … }} that stands between { } or [ ]"
            : at?.Contains('\t') == true ? "spaces where lines are indented, never tabs"
            : null;
    }

    private static ParsingEvent Next(Parser parser) =>
        parser.MoveNext() ? parser.Current! : throw new InvalidOperationException("The file ends too early.");

    private static int Line(Mark mark) => (int)Math.Max(1, Math.Min(int.MaxValue, mark.Line));

    private static int Column(Mark mark) => (int)Math.Max(1, Math.Min(int.MaxValue, mark.Column));

    private void Check(DocumentStart start)
    {
        if (start.Version is { } version && (version.Version.Major != 1 || version.Version.Minor != 2))
        {
            problems.Error(Line(version.Start), Column(version.Start), ProblemId.Directive, $"The file says that it is YAML {version.Version.Major}.{version.Version.Minor}.", "YAML 1.2");
        }

        // The parser adds the two that every document has; what is not as those are stands in the file.
        if (start.Tags?.Any(tag => (tag.Handle, tag.Prefix) is not (("!", "!") or ("!!", "tag:yaml.org,2002:"))) == true)
        {
            problems.Error(Line(start.Start), Column(start.Start), ProblemId.Directive, "The directive %TAG has no place in a playbook.", "no tags");
        }
    }

    private YamlNode Node(Parser parser, ParsingEvent at, int depth)
    {
        int line = Line(at.Start);
        int column = Column(at.Start);
        if (depth > MaximumDepth)
        {
            throw TooDeep(line, column);
        }

        if (at is AnchorAlias alias)
        {
            return Alias(alias, depth);
        }

        Count(line, column, 1, at is Scalar text ? text.Value.Length : 0);
        if (at is not NodeEvent node)
        {
            throw problems.Stop(line, column, ProblemId.Syntax, "A value is missing.");
        }

        if (!node.Tag.IsEmpty)
        {
            problems.Error(line, column, ProblemId.Tag, $"The tag '{node.Tag}' has no place in a playbook.", "values without tags; quotes make a text");
        }

        YamlNode result = at switch
        {
            Scalar scalar => ReadScalar(scalar, isKey: false),
            SequenceStart => ReadList(parser, line, column, depth),
            MappingStart => ReadMap(parser, line, column, depth),
            _ => throw problems.Stop(line, column, ProblemId.Syntax, "A value is missing."),
        };
        if (!node.Anchor.IsEmpty)
        {
            // Only now: what names itself is named before it is there.
            _anchors[node.Anchor.Value] = result;
        }

        return result;
    }

    private YamlNode Alias(AnchorAlias alias, int depth)
    {
        int line = Line(alias.Start);
        int column = Column(alias.Start);
        if (!_anchors.TryGetValue(alias.Value.Value, out YamlNode? node))
        {
            throw problems.Stop(line, column, ProblemId.UnknownAnchor, $"No value before this one has the anchor '{alias.Value.Value}'.");
        }

        Count(line, column, node.Count, node.Characters);
        return depth + node.Height - 1 > MaximumDepth ? throw TooDeep(line, column) : node;
    }

    private YamlNode ReadScalar(Scalar scalar, bool isKey)
    {
        int line = Line(scalar.Start);
        int column = Column(scalar.Start);
        if (isKey || scalar.Style != ScalarStyle.Plain)
        {
            return YamlNode.OfScalar(line, column, scalar.Value, scalar.Value);
        }

        if (!YamlScalar.TryType(scalar.Value, out object? value))
        {
            problems.Error(line, column, ProblemId.NumberRange, $"'{scalar.Value}' is not a number that can be used.", "a number of 64 bits; quotes make a text");
        }
        else if (YamlScalar.Ambiguity(scalar.Value, value) is string ambiguity)
        {
            problems.Warn(line, column, ProblemId.AmbiguousScalar, ambiguity);
        }

        return YamlNode.OfScalar(line, column, scalar.Value, value);
    }

    private YamlNode ReadList(Parser parser, int line, int column, int depth)
    {
        var items = new List<YamlNode>();
        for (ParsingEvent at = Next(parser); at is not SequenceEnd; at = Next(parser))
        {
            items.Add(Node(parser, at, depth + 1));
        }

        return YamlNode.OfList(line, column, items);
    }

    private YamlNode ReadMap(Parser parser, int line, int column, int depth)
    {
        var entries = new List<KeyValuePair<YamlNode, YamlNode>>();

        // Values are found without regard to case later on: names that differ in nothing else would hide each other.
        var names = new Dictionary<string, YamlNode>(StringComparer.OrdinalIgnoreCase);
        for (ParsingEvent at = Next(parser); at is not MappingEnd; at = Next(parser))
        {
            YamlNode? key = ReadKey(parser, at, depth);
            YamlNode value = Node(parser, Next(parser), depth + 1);
            if (key is null)
            {
                continue;
            }

            if (names.TryGetValue(key.Text, out YamlNode? first))
            {
                problems.Error(key, ProblemId.DuplicateKey, $"The key '{key.Text}' is there already, as '{first.Text}' in line {first.Line}.", "each key once, upper and lower case being the same");
                continue;
            }

            names.Add(key.Text, key);
            entries.Add(new(key, value));
        }

        return YamlNode.OfMap(line, column, entries);
    }

    // A key that is refused gives null; what belongs to it is still read, so that what is wrong behind it is found too.
    private YamlNode? ReadKey(Parser parser, ParsingEvent at, int depth)
    {
        int line = Line(at.Start);
        int column = Column(at.Start);
        if (at is not Scalar scalar)
        {
            _ = Node(parser, at, depth + 1);
            problems.Error(line, column, ProblemId.ComplexKey, "A list, a map or an alias is no key.", "a text");
            return null;
        }

        Count(line, column, 1, scalar.Value.Length);
        if (!scalar.Tag.IsEmpty)
        {
            problems.Error(line, column, ProblemId.Tag, $"The tag '{scalar.Tag}' has no place in a playbook.", "keys without tags");
        }

        if (scalar.Value.Length == 0)
        {
            problems.Error(line, column, ProblemId.ComplexKey, "A key is empty.", "a text");
            return null;
        }

        if (scalar.Value == "<<" && scalar.Style == ScalarStyle.Plain)
        {
            problems.Error(line, column, ProblemId.MergeKey, "Merge keys ('<<') have no place in a playbook.", "keys written where they count");
            return null;
        }

        YamlNode key = ReadScalar(scalar, isKey: true);
        if (!scalar.Anchor.IsEmpty)
        {
            _anchors[scalar.Anchor.Value] = key;
        }

        return key;
    }

    private void Count(int line, int column, int nodes, long characters)
    {
        _nodes += nodes;
        _characters += characters;
        if (_nodes > MaximumNodes || _characters > MaximumCharacters)
        {
            throw problems.Stop(line, column, ProblemId.TooManyNodes, "The file, its aliases written out, is too large.", $"at most {MaximumNodes} values and {MaximumCharacters} characters");
        }
    }

    private PlaybookFormatException TooDeep(int line, int column) =>
        problems.Stop(line, column, ProblemId.TooDeep, "Lists and maps are nested too deep here.", $"at most {MaximumDepth} levels");
}
