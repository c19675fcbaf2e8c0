using System.Text;

namespace KernelFault.Dumps.Logs;

/// <summary>
/// Takes a kernel log in any pieces (lines of a pipeline, blocks of a stream) and keeps only what a crash needs.
/// Not for use from two threads at once.
/// </summary>
public sealed class KernelLogReader
{
    private const int MaximumJournalLine = 1024 * 1024;
    private const int MaximumReusedLine = 64 * 1024;
    private const int BinarySample = 4096;
    private readonly LogScanner _scanner = new();
    private readonly StringBuilder _decoded = new();
    private readonly string _name;
    private byte[] _line = new byte[1024];
    private byte[] _pending = [];
    private int _pendingLength;
    private bool _started;
    private bool _isJournal;
    private bool _isBinary;
    private bool _skippedJournalLine;
    private bool _isCompleted;
    private string? _boot;

    /// <summary>Begins a log.</summary>
    /// <param name="name">What to call it in the answer: a file name, or <c>-</c> for a pipeline.</param>
    public KernelLogReader(string name) => _name = name;

    /// <summary>Takes one line.</summary>
    /// <param name="line">The line, without its end.</param>
    /// <exception cref="InvalidOperationException">The log was completed.</exception>
    public void AppendLine(string line)
    {
        int most = Encoding.UTF8.GetMaxByteCount(line.Length) + 1;
        if (most > MaximumReusedLine)
        {
            Append(Encoding.UTF8.GetBytes(line));
            Append("\n"u8);
            return;
        }

        if (most > _line.Length)
        {
            _line = new byte[Math.Max(most, 2 * _line.Length)];
        }

        int length = Encoding.UTF8.GetBytes(line, 0, line.Length, _line, 0);
        _line[length++] = (byte)'\n';
        Append(_line.AsSpan(0, length));
    }

    /// <summary>Takes a block of bytes (UTF-8; anything else is kept as it is).</summary>
    /// <param name="bytes">The next bytes of the log.</param>
    /// <exception cref="InvalidOperationException">The log was completed.</exception>
    public void Append(ReadOnlySpan<byte> bytes)
    {
        if (_isCompleted)
        {
            throw new InvalidOperationException("The log is complete.");
        }

        if (!_started)
        {
            // Blank lines before the first entry say nothing of what follows.
            ReadOnlySpan<byte> start = bytes;
            while (!start.IsEmpty && start[0] is (byte)' ' or (byte)'\t' or (byte)'\r' or (byte)'\n')
            {
                start = start.Slice(1);
            }

            _started = !start.IsEmpty;
            _isJournal = JournalDecoder.IsJournal(start);
            _isBinary = start.Slice(0, Math.Min(start.Length, BinarySample)).IndexOf((byte)0) >= 0;
        }

        if (_isJournal)
        {
            AppendJournal(bytes);
        }
        else
        {
            _scanner.Append(bytes);
        }
    }

    /// <summary>Ends the log.</summary>
    /// <returns>What it holds.</returns>
    public KernelLog Complete()
    {
        if (!_isCompleted)
        {
            _isCompleted = true;
            if (_pendingLength > 0)
            {
                Decode(_pending.AsSpan(0, _pendingLength));
            }

            _scanner.Complete();
        }

        return new KernelLog(_name, _scanner, Warnings());
    }

    private IEnumerable<string> Warnings()
    {
        if (_isBinary)
        {
            yield return "It does not begin with text. A dump has to be named as a file; only the text of a log can be piped.";
        }

        if (_skippedJournalLine)
        {
            yield return "Some lines of the journal are not valid JSON entries; they were left out.";
        }
    }

    /// <summary>Reads a whole stream without a second copy of it.</summary>
    internal void Read(Stream stream, CancellationToken cancellation)
    {
        byte[] start = new byte[4096];
        int length = 0;
        int read;
        while (length < start.Length && (read = stream.Read(start, length, start.Length - length)) > 0)
        {
            length += read;
        }

        if (length >= 2 && ((start[0] == 0xFF && start[1] == 0xFE) || (start[0] == 0xFE && start[1] == 0xFF)))
        {
            // Windows PowerShell writes redirected text as UTF-16.
            ReadText(start, length, stream, cancellation);
            return;
        }

        int skip = length >= 3 && start[0] == 0xEF && start[1] == 0xBB && start[2] == 0xBF ? 3 : 0;
        Append(start.AsSpan(skip, length - skip));
        if (!_isJournal)
        {
            _scanner.Read(stream, cancellation);
            return;
        }

        byte[] block = new byte[64 * 1024];
        while ((read = stream.Read(block, 0, block.Length)) > 0)
        {
            cancellation.ThrowIfCancellationRequested();
            Append(block.AsSpan(0, read));
        }
    }

    private void ReadText(byte[] start, int length, Stream stream, CancellationToken cancellation)
    {
        Decoder decoder = (start[0] == 0xFF ? Encoding.Unicode : Encoding.BigEndianUnicode).GetDecoder();
        char[] text = new char[Encoding.Unicode.GetMaxCharCount(start.Length)];
        int skip = 2;
        while (length > 0)
        {
            cancellation.ThrowIfCancellationRequested();
            int characters = decoder.GetChars(start, skip, length - skip, text, 0);
            Append(Encoding.UTF8.GetBytes(text, 0, characters));
            skip = 0;
            length = stream.Read(start, 0, start.Length);
        }
    }

    private void AppendJournal(ReadOnlySpan<byte> bytes)
    {
        while (!bytes.IsEmpty)
        {
            int end = bytes.IndexOf((byte)'\n');
            ReadOnlySpan<byte> part = end < 0 ? bytes : bytes.Slice(0, end);
            if (end >= 0 && _pendingLength == 0)
            {
                Decode(part);
            }
            else
            {
                Keep(part);
                if (end >= 0)
                {
                    Decode(_pending.AsSpan(0, _pendingLength));
                    _pendingLength = 0;
                }
            }

            bytes = end < 0 ? default : bytes.Slice(end + 1);
        }
    }

    private void Keep(ReadOnlySpan<byte> part)
    {
        int take = Math.Min(part.Length, MaximumJournalLine - _pendingLength);
        if (_pendingLength + take > _pending.Length)
        {
            Array.Resize(ref _pending, Math.Max(_pending.Length * 2, _pendingLength + take));
        }

        part.Slice(0, take).CopyTo(_pending.AsSpan(_pendingLength));
        _pendingLength += take;
    }

    private void Decode(ReadOnlySpan<byte> json)
    {
        if (json.IsEmpty)
        {
            return;
        }

        _decoded.Clear();
        if (JournalDecoder.TryDecode(json, _decoded, ref _boot))
        {
            _scanner.Append(Encoding.UTF8.GetBytes(_decoded.ToString()));
        }
        else
        {
            _skippedJournalLine = true;
        }
    }
}
