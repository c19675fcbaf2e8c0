using KernelFault.Formats;

namespace KernelFault.Dumps.Logs;

/// <summary>
/// Text a Linux kernel printed: a serial console, <c>dmesg</c>, the journal, pstore, a bug report. Read once as a stream; only
/// the surroundings of crashes are kept, so a log of gigabytes costs a few megabytes.
/// </summary>
public sealed class KernelLog : CrashDump
{
    private readonly List<string> _warnings = [];
    private readonly IReadOnlyList<LogWindow> _later;

    internal KernelLog(string name, LogScanner scanner, IEnumerable<string> warnings)
        : base(name, DumpKind.KernelLog, scanner.BytesRead)
    {
        Facts = scanner.Facts;
        int index = 0;
        while (First is null && index < scanner.Windows.Count)
        {
            First = CrashReport.Read(scanner.Windows[index++]);
        }

        _later = scanner.Windows.Skip(index).ToArray();
        Architecture = First is null ? Architecture.Unknown : LogArchitecture.Find(First, Facts);
        if (scanner.Uncounted > 0)
        {
            _warnings.Add(FormattableString.Invariant($"{scanner.Uncounted} more crash headlines follow those that are listed."));
        }

        if (scanner.HasEndlessLine)
        {
            _warnings.Add("A line is too long to be a kernel message; it was cut.");
        }

        _warnings.AddRange(warnings);
    }

    /// <inheritdoc/>
    public override Architecture Architecture { get; }

    /// <inheritdoc/>
    public override IReadOnlyList<string> Warnings => _warnings;

    /// <summary>The first crash, taken for the cause of those that follow; null when the log holds none.</summary>
    internal CrashReport? First { get; }

    /// <summary>The crashes that follow, in the order they were printed; each is read when it is asked for.</summary>
    internal IEnumerable<CrashReport> Later => _later.Select(CrashReport.Read).OfType<CrashReport>();

    /// <summary>What lines anywhere in the log say.</summary>
    internal LogFacts Facts { get; }

    /// <summary>True if a file that begins so can be the text of a log: no binary format that is known, and no zero bytes.</summary>
    /// <param name="start">The first bytes, a few thousand if there are so many.</param>
    internal static bool IsText(ReadOnlySpan<byte> start)
    {
        bool wide = start.Length >= 2 && ((start[0] == 0xFF && start[1] == 0xFE) || (start[0] == 0xFE && start[1] == 0xFF));
        return !start.IsEmpty && (wide || start.IndexOf((byte)0) < 0);
    }

    /// <summary>Reads a log from a file.</summary>
    /// <param name="path">The file: UTF-8, UTF-16 with a byte order mark, or <c>journalctl -o json</c>.</param>
    /// <param name="cancellation">Ends the work at once.</param>
    /// <returns>The log.</returns>
    /// <exception cref="DumpFormatException">The file is empty.</exception>
    /// <exception cref="IOException">The file cannot be read.</exception>
    /// <exception cref="UnauthorizedAccessException">The file may not be read.</exception>
    /// <exception cref="OperationCanceledException">It was cancelled.</exception>
    public static new KernelLog Open(string path, CancellationToken cancellation = default)
    {
        using var stream = new FileStream(path, FileMode.Open, FileAccess.Read, FileShare.ReadWrite | FileShare.Delete, bufferSize: 1, FileOptions.SequentialScan);
        KernelLog log = Read(stream, path, cancellation);
        return log.Length == 0 ? throw new DumpFormatException(path, 0, "expected the text of a kernel log, found an empty file.") : log;
    }

    /// <summary>Reads a log from a stream, to its end.</summary>
    /// <param name="stream">The stream; it is read, not closed.</param>
    /// <param name="name">What to call it in the answer.</param>
    /// <param name="cancellation">Ends the work at once.</param>
    /// <returns>The log.</returns>
    /// <exception cref="IOException">The stream cannot be read.</exception>
    /// <exception cref="OperationCanceledException">It was cancelled.</exception>
    public static KernelLog Read(Stream stream, string name, CancellationToken cancellation = default)
    {
        var reader = new KernelLogReader(name);
        reader.Read(stream, cancellation);
        return reader.Complete();
    }

    /// <summary>Reads a log from text, to its end.</summary>
    /// <param name="text">The text; it is read, not closed.</param>
    /// <param name="name">What to call it in the answer.</param>
    /// <param name="cancellation">Ends the work at once.</param>
    /// <returns>The log.</returns>
    /// <exception cref="OperationCanceledException">It was cancelled.</exception>
    public static KernelLog Read(TextReader text, string name, CancellationToken cancellation = default)
    {
        var reader = new KernelLogReader(name);
        char[] block = new char[32 * 1024];
        System.Text.Encoder encoder = System.Text.Encoding.UTF8.GetEncoder();
        byte[] bytes = new byte[System.Text.Encoding.UTF8.GetMaxByteCount(block.Length)];
        int read;
        while ((read = text.Read(block, 0, block.Length)) > 0)
        {
            cancellation.ThrowIfCancellationRequested();
            int length = encoder.GetBytes(block, 0, read, bytes, 0, flush: false);
            reader.Append(bytes.AsSpan(0, length));
        }

        return reader.Complete();
    }
}
