using System.Text;

namespace KernelFault.Dumps.Logs;

/// <summary>The bytes of a log from a crash headline on, as many as are kept, and the few lines before it.</summary>
internal sealed class LogWindow
{
    private const int MaximumLineLength = 4096;
    private readonly int _capacity;
    private byte[] _bytes;
    private int _length;

    internal LogWindow(CrashHeadline headline, long offset, ReadOnlySpan<byte> before, int capacity)
    {
        Headline = headline;
        Offset = offset;
        _capacity = capacity;
        _bytes = new byte[Math.Min(capacity, 16 * 1024)];
        Before = before.ToArray();
    }

    /// <summary>What opened it.</summary>
    internal CrashHeadline Headline { get; }

    /// <summary>Byte offset of the headline in the log.</summary>
    internal long Offset { get; }

    /// <summary>Whole lines that stand before the headline.</summary>
    internal byte[] Before { get; }

    /// <summary>True when no more is kept.</summary>
    internal bool IsFull => _length >= _capacity;

    /// <summary>Keeps more of the log.</summary>
    internal void Append(ReadOnlySpan<byte> bytes)
    {
        int take = Math.Min(bytes.Length, _capacity - _length);
        if (take <= 0)
        {
            return;
        }

        if (_length + take > _bytes.Length)
        {
            Array.Resize(ref _bytes, Math.Min(_capacity, Math.Max(_bytes.Length * 2, _length + take)));
        }

        bytes.Slice(0, take).CopyTo(_bytes.AsSpan(_length));
        _length += take;
    }

    /// <summary>The lines that are kept, the headline first.</summary>
    internal List<LogLine> Lines() => Split(_bytes.AsSpan(0, _length));

    /// <summary>The lines before the headline.</summary>
    internal List<LogLine> LinesBefore() => Split(Before);

    private static List<LogLine> Split(ReadOnlySpan<byte> bytes)
    {
        var lines = new List<LogLine>();
        while (!bytes.IsEmpty)
        {
            int end = bytes.IndexOf((byte)'\n');
            string text = Decode(end < 0 ? bytes : bytes.Slice(0, end));
            LogLine line = LogPrefix.Parse(text);
            lines.Add(line.Context.Length == 0 && lines.Count > 0 ? LogPrefix.Continue(lines[lines.Count - 1], line) : line);
            bytes = end < 0 ? default : bytes.Slice(end + 1);
        }

        return lines;
    }

    /// <summary>The text of a line; an endless one is cut.</summary>
    internal static unsafe string Decode(ReadOnlySpan<byte> line)
    {
        if (line.Length > MaximumLineLength)
        {
            line = line.Slice(0, MaximumLineLength);
        }

        if (line.IsEmpty)
        {
            return string.Empty;
        }

        fixed (byte* start = line)
        {
            return Encoding.UTF8.GetString(start, line.Length);
        }
    }
}
