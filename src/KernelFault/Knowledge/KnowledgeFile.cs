namespace KernelFault.Knowledge;

/// <summary>One embedded data file, read entry by entry.</summary>
/// <remarks>
/// A cold look-up of one stop code must not pay for parsing hundreds of kilobytes. Every data file therefore has one
/// layout, which a test keeps: an entry begins on a line of its own with four spaces, a brace and its key,
/// <c>    { "code": "0xA",</c>. The first look-up finds all such lines with a vectorized search and remembers where they
/// are; only the entry asked for is then parsed, by hand and without reflection. The resource stays where the loader
/// mapped it: nothing is copied.
/// </remarks>
internal sealed class KnowledgeFile<T>
    where T : class
{
    private readonly EntryParser _parse;
    private readonly Lazy<KnowledgeContent> _content;
    private readonly Dictionary<string, object> _parsed = new(StringComparer.OrdinalIgnoreCase);

    /// <summary>Names a data file; nothing is read yet.</summary>
    /// <param name="name">File name below <c>Knowledge/Data</c>, such as <c>bugchecks.json</c>.</param>
    /// <param name="key">Name of the property that every entry begins with.</param>
    /// <param name="parse">Parses one entry; the reader has entered its object.</param>
    internal KnowledgeFile(string name, string key, EntryParser parse)
    {
        _parse = parse;
        _content = new Lazy<KnowledgeContent>(() => new KnowledgeContent(name, key));
    }

    internal delegate T EntryParser(ref KnowledgeReader reader);

    /// <summary>The keys, in the file's order.</summary>
    internal IReadOnlyList<string> Keys => _content.Value.Keys;

    /// <summary>One entry, parsed when it is first asked for.</summary>
    /// <param name="key">Its key, compared without regard to case.</param>
    /// <returns>The entry; null when the file has no such key.</returns>
    internal T? Find(string key)
    {
        if (!_content.Value.Offsets.TryGetValue(key, out int offset))
        {
            return null;
        }

        lock (_parsed)
        {
            if (!_parsed.TryGetValue(key, out object? parsed))
            {
                parsed = Parse(offset);
                _parsed.Add(key, parsed);
            }

            return (T)parsed;
        }
    }

    /// <summary>Every entry, in the file's order.</summary>
    /// <returns>The entries.</returns>
    internal T[] All()
    {
        List<string> keys = _content.Value.Keys;
        var all = new T[keys.Count];
        for (int i = 0; i < all.Length; i++)
        {
            all[i] = Find(keys[i])!;
        }

        return all;
    }

    private T Parse(int offset)
    {
        var reader = new KnowledgeReader(_content.Value.Bytes.Slice(offset));
        reader.EnterObject();
        return _parse(ref reader);
    }
}
