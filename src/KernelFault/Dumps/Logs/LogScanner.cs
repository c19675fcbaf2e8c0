namespace KernelFault.Dumps.Logs;

/// <summary>
/// Reads a log of any length once, in pieces, and keeps the surroundings of crash headlines: memory is bounded whatever the
/// input is (see the constants), and a line that announces nothing is never looked at as a line.
/// </summary>
internal sealed class LogScanner
{
    /// <summary>Bytes looked at together.</summary>
    internal const int BlockSize = 256 * 1024;

    private const int FirstWindow = 512 * 1024;
    private const int LaterWindow = 24 * 1024;
    private const int MaximumWindows = 32;
    private const int LinesBefore = 4096;
    private const int MaximumLine = 8192;

    // Longer than any phrase: what of an endless line is looked at again with the next block.
    private const int Overlap = 64;

    private readonly List<LogWindow> _windows = [];
    private readonly byte[] _buffer = new byte[BlockSize];
    private int _length;
    private int _kept;
    private int _unfinished;
    private LogWindow? _fallback;
    private long _offset;
    private string _lastHeadline = string.Empty;

    /// <summary>What lines anywhere in the log say.</summary>
    internal LogFacts Facts { get; } = new();

    /// <summary>Bytes read.</summary>
    internal long BytesRead { get; private set; }

    /// <summary>Crash headlines seen beyond those that are kept.</summary>
    internal int Uncounted { get; private set; }

    /// <summary>True when some line was too long to be taken whole.</summary>
    internal bool HasEndlessLine { get; private set; }

    /// <summary>What is kept: the crashes in their order, or the one incident when there is no crash.</summary>
    internal IReadOnlyList<LogWindow> Windows => _windows.Count == 0 && _fallback is not null ? [_fallback] : _windows;

    /// <summary>Reads a stream to its end.</summary>
    internal void Read(Stream stream, CancellationToken cancellation)
    {
        while (true)
        {
            cancellation.ThrowIfCancellationRequested();
            int read = stream.Read(_buffer, _length, _buffer.Length - _length);
            if (read <= 0)
            {
                break;
            }

            Take(read);
        }
    }

    /// <summary>Takes a piece of the log.</summary>
    internal void Append(ReadOnlySpan<byte> bytes)
    {
        while (!bytes.IsEmpty)
        {
            int take = Math.Min(bytes.Length, _buffer.Length - _length);
            bytes.Slice(0, take).CopyTo(_buffer.AsSpan(_length));
            Take(take);
            bytes = bytes.Slice(take);
        }
    }

    /// <summary>Ends the log.</summary>
    internal void Complete()
    {
        Scan(_length);
        _length = 0;
    }

    private void Take(int read)
    {
        BytesRead += read;
        _length += read;
        if (_length < _buffer.Length)
        {
            return;
        }

        // Whole lines are scanned; the rest waits for its end, unless the line is endless.
        int end = _buffer.AsSpan(0, _length).LastIndexOf((byte)'\n') + 1;
        int scanned = end;
        if (end <= LinesBefore + Overlap)
        {
            HasEndlessLine = true;
            scanned = _length;
            end = _length - Overlap;
        }

        Scan(scanned);
        int keep = Math.Min(LinesBefore, end);
        int from = end - keep;
        Buffer.BlockCopy(_buffer, from, _buffer, 0, _length - from);
        _offset += from;
        _length -= from;
        _kept = keep;
        _unfinished = scanned - end;
    }

    /// <summary>Looks at the buffer up to <paramref name="end"/>; what lies before <see cref="_kept"/> was looked at before.</summary>
    private void Scan(int end)
    {
        ReadOnlySpan<byte> block = _buffer.AsSpan(0, end);
        int fresh = Math.Min(end, _kept + _unfinished);
        foreach (LogWindow window in _windows)
        {
            window.Append(block.Slice(fresh));
        }

        _fallback?.Append(block.Slice(fresh));
        int at = HeadlineFinder.Next(block, _kept);
        while (at >= 0)
        {
            int start = block.Slice(0, at).LastIndexOf((byte)'\n') + 1;
            start = Math.Max(start, at - (MaximumLine / 2));
            int newline = block.Slice(at).IndexOf((byte)'\n');
            int lineEnd = newline < 0 ? end : at + newline;
            if (lineEnd - start > MaximumLine)
            {
                HasEndlessLine = true;
                lineEnd = start + MaximumLine;
            }

            Hit(block, start, lineEnd);
            at = HeadlineFinder.Next(block, Math.Max(lineEnd, at + 1));
        }
    }

    private void Hit(ReadOnlySpan<byte> block, int start, int end)
    {
        string line = LogWindow.Decode(block.Slice(start, end - start));
        Facts.Take(line, _windows.Count > 0);
        if (CrashHeadline.Find(line) is not CrashHeadline headline)
        {
            return;
        }

        if (CrashHeadline.IsFallback(headline.Family))
        {
            _fallback ??= Open(block, start, headline, FirstWindow / 2);
        }
        else if (_windows.Count == 0)
        {
            _windows.Add(Open(block, start, headline, FirstWindow));
        }
        else if (CrashHeadline.IsContinuation(line) || CrashHeadline.ContinuesCrash(_windows[_windows.Count - 1].Headline, _lastHeadline, line))
        {
            // Another line of a report that is there already.
        }
        else if (_windows.Count < MaximumWindows)
        {
            _windows.Add(Open(block, start, headline, LaterWindow));
        }
        else
        {
            Uncounted++;
        }

        _lastHeadline = line;
    }

    private LogWindow Open(ReadOnlySpan<byte> block, int start, CrashHeadline headline, int capacity)
    {
        int from = Math.Max(0, start - LinesBefore);
        ReadOnlySpan<byte> before = block.Slice(from, start - from);
        if (from > 0)
        {
            before = before.Slice(before.IndexOf((byte)'\n') + 1);
        }

        var window = new LogWindow(headline, _offset + start, before, capacity);
        window.Append(block.Slice(start));
        return window;
    }
}
