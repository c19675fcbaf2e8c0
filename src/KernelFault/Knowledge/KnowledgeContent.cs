using System.Text;

namespace KernelFault.Knowledge;

/// <summary>The bytes of one embedded data file and where its entries begin.</summary>
/// <remarks>Not a part of the generic <see cref="KnowledgeFile{T}"/>: one type for all files is less to load at start.</remarks>
internal sealed unsafe class KnowledgeContent
{
    private readonly Stream _stream; // keeps the mapping alive
    private readonly byte* _pointer;
    private readonly byte[]? _copy;
    private readonly int _length;

    /// <summary>Opens a data file and finds its entries.</summary>
    /// <param name="name">File name below <c>Knowledge/Data</c>.</param>
    /// <param name="key">Name of the property that every entry begins with.</param>
    /// <exception cref="InvalidOperationException">There is no such file.</exception>
    internal KnowledgeContent(string name, string key)
    {
        _stream = typeof(KnowledgeContent).Assembly.GetManifestResourceStream("Knowledge." + name)
            ?? throw new InvalidOperationException($"The data file {name} is not embedded.");
        _length = checked((int)_stream.Length);
        if (_stream is UnmanagedMemoryStream mapped)
        {
            _pointer = mapped.PositionPointer;
        }
        else
        {
            _copy = Copy();
        }

        FindEntries(Encoding.UTF8.GetBytes("\n    { \"" + key + "\": \""));
    }

    /// <summary>The keys, in the file's order.</summary>
    internal List<string> Keys { get; } = [];

    /// <summary>Where each entry begins, by its key without regard to case.</summary>
    internal Dictionary<string, int> Offsets { get; } = new(StringComparer.OrdinalIgnoreCase);

    /// <summary>The whole file.</summary>
    internal ReadOnlySpan<byte> Bytes => _copy ?? new ReadOnlySpan<byte>(_pointer, _length);

    private void FindEntries(byte[] marker)
    {
        ReadOnlySpan<byte> bytes = Bytes;
        int position = 0;
        while (true)
        {
            int found = bytes.Slice(position).IndexOf(marker);
            if (found < 0)
            {
                return;
            }

            int start = position + found;
            int keyStart = start + marker.Length;
            int keyLength = bytes.Slice(keyStart).IndexOf((byte)'"');
            string key = GetString(bytes.Slice(keyStart, keyLength));
            Keys.Add(key);
            Offsets.Add(key, start + "\n    ".Length);
            position = keyStart + keyLength;
        }
    }

    private byte[] Copy()
    {
        byte[] copy = new byte[_length];
        int read = 0;
        while (read < _length)
        {
            int count = _stream.Read(copy, read, _length - read);
            if (count == 0)
            {
                throw new EndOfStreamException();
            }

            read += count;
        }

        return copy;
    }

    private static string GetString(ReadOnlySpan<byte> utf8)
    {
        fixed (byte* first = utf8)
        {
            return Encoding.UTF8.GetString(first, utf8.Length);
        }
    }
}
