using System.Text.Json;
using KernelFault.Formats;

namespace KernelFault.Playbooks.Running;

/// <summary>Writes a line to a journal and has it on the disk when it returns.</summary>
/// <param name="file">The journal, at its end.</param>
/// <param name="line">The line with its line feed.</param>
internal delegate void JournalWrite(FileStream file, byte[] line);

/// <summary>
/// A journal: JSON lines, only ever appended to. A line without a line feed at the end was cut off by a kill in the middle of its
/// writing; what it was to say has not happened as far as anyone knows.
/// </summary>
internal sealed class JournalFile : IDisposable
{
    /// <summary>The longest line, in bytes.</summary>
    internal const int MaximumLine = 16 * 1024 * 1024;

    private const int MaximumWarnings = 100;

    private readonly string _path;
    private readonly FileStream _file;
    private readonly JournalWrite _write;
    private bool _broken;

    private JournalFile(string path, FileStream file, JournalWrite write) => (_path, _file, _write) = (path, file, write);

    /// <summary>Opens a journal to append to it; what a kill cut off is taken away first.</summary>
    /// <param name="path">Its path; made when it is not there.</param>
    /// <param name="length">Bytes that count, as <see cref="JournalReading.Length"/> says.</param>
    /// <param name="write">How it is written.</param>
    /// <returns>The journal.</returns>
    /// <exception cref="JournalException">It cannot be opened.</exception>
    internal static JournalFile Append(string path, long length, JournalWrite write)
    {
        try
        {
            // No buffer: what is written is a whole line, and it goes to the disk at once.
            var file = new FileStream(path, FileMode.OpenOrCreate, FileAccess.Write, FileShare.Read, 1);
            if (file.Length > length)
            {
                file.SetLength(length);
            }

            file.Seek(0, SeekOrigin.End);
            return new JournalFile(path, file, write);
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            throw new JournalException($"The journal '{path}' cannot be opened: {e.Message}", e);
        }
    }

    /// <summary>Writes to the disk, not only to the system.</summary>
    internal static void WriteThrough(FileStream file, byte[] line)
    {
        file.Write(line, 0, line.Length);
        file.Flush(flushToDisk: true);
    }

    /// <summary>Reads a journal, also one that is being written to.</summary>
    /// <param name="path">Its path.</param>
    /// <returns>What it holds; nothing for one that is not there.</returns>
    internal static JournalReading Read(string path)
    {
        var records = new List<JournalRecord>();
        var warnings = new List<string>();
        string name = Path.GetFileName(path);
        long good = 0;
        int number = 0;
        bool damaged = false;
        if (!File.Exists(path))
        {
            return new JournalReading(records, 0, warnings, false);
        }

        using var file = new FileStream(path, FileMode.Open, FileAccess.Read, FileShare.ReadWrite | FileShare.Delete, 64 * 1024);
        foreach ((byte[]? line, bool whole, long end) in Lines(file))
        {
            number++;
            if (!whole)
            {
                warnings.Add($"{name}: the last line is cut off, as a kill in the middle of its writing leaves it, and does not count.");
                break;
            }

            good = end;
            if (Parse(line, out string problem) is { } record)
            {
                records.Add(record);
                continue;
            }

            damaged = true;
            if (warnings.Count < MaximumWarnings)
            {
                warnings.Add($"{name}: line {number} is damaged: {problem}");
            }
        }

        return new JournalReading(records, good, warnings, damaged);
    }

    /// <summary>Writes a record; when this returns it is on the disk.</summary>
    /// <param name="record">The record.</param>
    /// <returns>The record as it was written: with shorter outputs where they were too long.</returns>
    /// <exception cref="JournalException">It could not be written; nothing more may be done.</exception>
    internal JournalRecord Append(JournalRecord record)
    {
        if (_broken)
        {
            throw new JournalException($"The journal '{_path}' could not be written before.");
        }

        (JournalRecord written, byte[] line) = JournalLine.Of(record);
        try
        {
            _write(_file, line);
            return written;
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException or NotSupportedException)
        {
            _broken = true;
            throw new JournalException($"The journal '{_path}' cannot be written: {e.Message}", e);
        }
    }

    /// <inheritdoc/>
    public void Dispose() => _file.Dispose();

    private static JournalRecord? Parse(byte[]? line, out string problem)
    {
        if (line is null)
        {
            problem = $"it is longer than {MaximumLine} bytes.";
            return null;
        }

        try
        {
            problem = "it is empty.";
            return JsonSerializer.Deserialize<JournalRecord>(line, JournalJson.Options);
        }
        catch (Exception e) when (e is JsonException or NotSupportedException or InvalidOperationException or ArgumentException or FormatException)
        {
            problem = PrintableText.Clean(e.Message, 200);
            return null;
        }
    }

    // Each line without its line feed; null for one that is too long. The last may lack its line feed.
    private static IEnumerable<(byte[]? Line, bool Whole, long End)> Lines(FileStream file)
    {
        var line = new MemoryStream();
        byte[] buffer = new byte[64 * 1024];
        long position = 0;
        bool tooLong = false;
        bool any = false;
        int count;
        while ((count = file.Read(buffer, 0, buffer.Length)) > 0)
        {
            int start = 0;
            while (start < count)
            {
                any = true;
                int feed = Array.IndexOf(buffer, (byte)'\n', start, count - start);
                int stop = feed < 0 ? count : feed;
                tooLong |= line.Length + stop - start > MaximumLine;
                if (!tooLong)
                {
                    line.Write(buffer, start, stop - start);
                }

                if (feed >= 0)
                {
                    yield return (tooLong ? null : line.ToArray(), true, position + feed + 1);
                    line.SetLength(0);
                    tooLong = any = false;
                }

                start = stop + 1;
            }

            position += count;
        }

        if (any)
        {
            yield return (null, false, position);
        }
    }
}
