using System.Text;

namespace KernelFault.Knowledge;

/// <summary>One embedded data file, read entry by entry.</summary>
/// <remarks>
/// A cold look-up of one stop code must not pay for parsing hundreds of kilobytes. Every data file therefore has one
/// layout, which a test keeps: an entry begins on a line of its own with four spaces, a brace and its key,
/// <c>    { "code": "0xA",</c>. The first look-up finds all such lines with a vectorized search and remembers where they
/// are; only the entry asked for is then parsed, by hand and without reflection. The resource stays where the loader
/// mapped it: nothing is copied.
/// </remarks>
internal sealed unsafe class KnowledgeFile<T>
    where T : class
{
    private readonly string _name;
    private readonly byte[] _marker;
    private readonly EntryParser _parse;
    private readonly Lazy<Content> _content;
    private readonly Dictionary<string, T> _parsed = new(StringComparer.OrdinalIgnoreCase);

    /// <summary>Names a data file; nothing is read yet.</summary>
    /// <param name="name">File name below <c>Knowledge/Data</c>, such as <c>bugchecks.json</c>.</param>
    /// <param name="key">Name of the property that every entry begins with.</param>
    /// <param name="parse">Parses one entry; the reader has entered its object.</param>
    internal KnowledgeFile(string name, string key, EntryParser parse)
    {
        _name = name;
        _parse = parse;
        _marker = Encoding.UTF8.GetBytes("\n    { \"" + key + "\": \"");
        _content = new Lazy<Content>(Open);
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
            if (!_parsed.TryGetValue(key, out T? parsed))
            {
                parsed = Parse(offset);
                _parsed.Add(key, parsed);
            }

            return parsed;
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

    private Content Open()
    {
        Stream stream = typeof(KnowledgeFile<T>).Assembly.GetManifestResourceStream("Knowledge." + _name)
            ?? throw new InvalidOperationException($"The data file {_name} is not embedded.");
        var content = new Content(stream);
        ReadOnlySpan<byte> bytes = content.Bytes;
        int position = 0;
        while (true)
        {
            int found = bytes.Slice(position).IndexOf(_marker);
            if (found < 0)
            {
                return content;
            }

            int start = position + found;
            int keyStart = start + _marker.Length;
            int keyLength = bytes.Slice(keyStart).IndexOf((byte)'"');
            string key = GetString(bytes.Slice(keyStart, keyLength));
            content.Keys.Add(key);
            content.Offsets.Add(key, start + "\n    ".Length);
            position = keyStart + keyLength;
        }
    }

    private static string GetString(ReadOnlySpan<byte> utf8)
    {
        fixed (byte* first = utf8)
        {
            return Encoding.UTF8.GetString(first, utf8.Length);
        }
    }

    private sealed class Content
    {
        private readonly Stream _stream; // keeps the mapping alive
        private readonly byte* _pointer;
        private readonly byte[]? _copy;
        private readonly int _length;

        internal Content(Stream stream)
        {
            _stream = stream;
            _length = checked((int)stream.Length);
            if (stream is UnmanagedMemoryStream mapped)
            {
                _pointer = mapped.PositionPointer;
            }
            else
            {
                _copy = new byte[_length];
                int read = 0;
                while (read < _length)
                {
                    int count = _stream.Read(_copy, read, _length - read);
                    if (count == 0)
                    {
                        throw new EndOfStreamException();
                    }

                    read += count;
                }
            }
        }

        internal List<string> Keys { get; } = [];

        internal Dictionary<string, int> Offsets { get; } = new(StringComparer.OrdinalIgnoreCase);

        internal ReadOnlySpan<byte> Bytes => _copy ?? new ReadOnlySpan<byte>(_pointer, _length);
    }
}
