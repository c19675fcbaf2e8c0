namespace KernelFault.Formats.Registry;

/// <summary>A registry key. Subkeys and values are read when they are asked for, each time.</summary>
public sealed class HiveKey
{
    private readonly HiveFile _hive;
    private readonly int _depth;

    internal HiveKey(HiveFile hive, uint cell, HiveKey? parent, string rawName, DateTimeOffset? lastWritten, int subKeyCount, int valueCount)
    {
        _hive = hive;
        _depth = parent is null ? 0 : parent._depth + 1;
        Cell = cell;
        Parent = parent;
        RawName = rawName;
        Name = PrintableText.Clean(rawName);
        LastWritten = lastWritten;
        SubKeyCount = subKeyCount;
        ValueCount = valueCount;
    }

    /// <summary>Its name, safe to show. The root's is of no use: it is named by where the hive is mounted.</summary>
    public string Name { get; }

    /// <summary>The key it lies in; null for the root.</summary>
    public HiveKey? Parent { get; }

    /// <summary>Names from the root to it, the root's left out, with <c>\</c> between; empty for the root.</summary>
    public string Path => Parent is null ? string.Empty : Parent.Parent is null ? Name : Parent.Path + "\\" + Name;

    /// <summary>When it or one of its values was last written, in UTC; null when the file has no such time.</summary>
    public DateTimeOffset? LastWritten { get; }

    /// <summary>Subkeys it says to have; a damaged hive holds fewer.</summary>
    public int SubKeyCount { get; }

    /// <summary>Values it says to have; a damaged hive holds fewer.</summary>
    public int ValueCount { get; }

    /// <summary>Its class name, safe to show; null when it has none.</summary>
    public string? ClassName => HiveKeyReader.ClassName(_hive, Cell);

    /// <summary>Its subkeys in the order of the file, which is that of their upper-case names. None deeper than the registry itself allows.</summary>
    public IEnumerable<HiveKey> SubKeys
    {
        get
        {
            if (SubKeyCount > 0 && _depth >= HiveFile.MaximumDepth)
            {
                _hive.Warn(FormattableString.Invariant($"Keys deeper than {HiveFile.MaximumDepth} are left out."));
                yield break;
            }

            foreach (uint cell in HiveKeyReader.Children(_hive, Cell))
            {
                if (HiveKeyReader.Key(_hive, cell, this) is { } key)
                {
                    yield return key;
                }
            }
        }
    }

    /// <summary>Its values in the order of the file.</summary>
    public IReadOnlyList<HiveValue> Values => HiveKeyReader.Values(_hive, Cell);

    /// <summary>The cell it lies in.</summary>
    internal uint Cell { get; }

    /// <summary>The name as it is in the file, to compare with.</summary>
    internal string RawName { get; }

    /// <summary>One of its subkeys.</summary>
    /// <param name="name">The subkey's name, in any case.</param>
    /// <returns>The subkey; null when there is none.</returns>
    public HiveKey? SubKey(string name)
    {
        foreach (HiveKey key in SubKeys)
        {
            if (string.Equals(key.RawName, name, StringComparison.OrdinalIgnoreCase))
            {
                return key;
            }
        }

        return null;
    }

    /// <summary>One of its values.</summary>
    /// <param name="name">The value's name, in any case; empty for the default value.</param>
    /// <returns>The value; null when there is none.</returns>
    public HiveValue? Value(string name) => Values.FirstOrDefault(value => string.Equals(value.RawName, name, StringComparison.OrdinalIgnoreCase));

    /// <summary>A key below.</summary>
    /// <param name="path">Names with <c>\</c> between, in any case; empty for this key.</param>
    /// <returns>The key; null when there is none.</returns>
    public HiveKey? Find(string path)
    {
        HiveKey? key = this;
        foreach (string name in (path ?? string.Empty).Split(['\\'], StringSplitOptions.RemoveEmptyEntries))
        {
            key = key?.SubKey(name);
        }

        return key;
    }

    /// <inheritdoc/>
    public override string ToString() => Path;
}
