namespace KernelFault.Playbooks.Loading;

/// <summary>
/// A node of a YAML file and where it stands. A node with an anchor is the same object wherever an alias names it: what
/// <see cref="Count"/> and <see cref="Characters"/> say counts it each time.
/// </summary>
internal sealed class YamlNode
{
    private YamlNode(YamlNodeKind kind, int line, int column)
    {
        Kind = kind;
        Line = line;
        Column = column;
    }

    internal YamlNodeKind Kind { get; }

    /// <summary>Line, from 1.</summary>
    internal int Line { get; }

    /// <summary>Column, from 1.</summary>
    internal int Column { get; }

    /// <summary>A scalar as it stands in the file, without its quotes; empty for anything else.</summary>
    internal string Text { get; private set; } = string.Empty;

    /// <summary>A scalar typed by the core schema of YAML 1.2: null, bool, long, double or text.</summary>
    internal object? Scalar { get; private set; }

    /// <summary>Elements of a list.</summary>
    internal IReadOnlyList<YamlNode> Items { get; private set; } = [];

    /// <summary>Keys and values of a map, in the file's order; a key is a scalar, its name is its text.</summary>
    internal IReadOnlyList<KeyValuePair<YamlNode, YamlNode>> Entries { get; private set; } = [];

    /// <summary>How many nodes it has, itself included.</summary>
    internal int Count { get; private set; } = 1;

    /// <summary>How many characters its scalars have.</summary>
    internal long Characters { get; private set; }

    /// <summary>How many levels it has: 1 for a scalar.</summary>
    internal int Height { get; private set; } = 1;

    /// <summary>What it is, for a person: <c>a list</c>, <c>the number 5</c>.</summary>
    internal string Description => Kind switch
    {
        YamlNodeKind.List => "a list",
        YamlNodeKind.Map => "a map",
        _ => Scalar switch
        {
            null => "nothing",
            string => $"the text '{Text}'",
            bool => Text,
            _ => $"the number {Text}",
        },
    };

    internal static YamlNode OfScalar(int line, int column, string text, object? value) =>
        new(YamlNodeKind.Scalar, line, column) { Text = text, Scalar = value, Characters = text.Length };

    internal static YamlNode OfList(int line, int column, IReadOnlyList<YamlNode> items) => new(YamlNodeKind.List, line, column)
    {
        Items = items,
        Count = 1 + items.Sum(item => item.Count),
        Characters = items.Sum(item => item.Characters),
        Height = 1 + (items.Count == 0 ? 0 : items.Max(item => item.Height)),
    };

    internal static YamlNode OfMap(int line, int column, IReadOnlyList<KeyValuePair<YamlNode, YamlNode>> entries) => new(YamlNodeKind.Map, line, column)
    {
        Entries = entries,
        Count = 1 + entries.Sum(entry => 1 + entry.Value.Count),
        Characters = entries.Sum(entry => entry.Key.Characters + entry.Value.Characters),
        Height = 1 + (entries.Count == 0 ? 0 : entries.Max(entry => entry.Value.Height)),
    };

    /// <summary>The value of a key.</summary>
    /// <param name="key">The key, as it is written.</param>
    /// <returns>The node; null when there is none.</returns>
    internal YamlNode? Find(string key)
    {
        foreach (KeyValuePair<YamlNode, YamlNode> entry in Entries)
        {
            if (entry.Key.Text == key)
            {
                return entry.Value;
            }
        }

        return null;
    }

    /// <summary>It as <see cref="PlaybookValue"/> says.</summary>
    internal object? ToValue() => Kind switch
    {
        YamlNodeKind.List => (object?[])[.. Items.Select(item => item.ToValue())],
        YamlNodeKind.Map => PlaybookValue.Map([.. Entries.Select(entry => (entry.Key.Text, entry.Value.ToValue()))]),
        _ => Scalar,
    };

    /// <summary>All scalars that are texts, keys left out.</summary>
    internal IEnumerable<YamlNode> Texts() => Kind switch
    {
        YamlNodeKind.List => Items.SelectMany(item => item.Texts()),
        YamlNodeKind.Map => Entries.SelectMany(entry => entry.Value.Texts()),
        _ => Scalar is string ? [this] : [],
    };
}
