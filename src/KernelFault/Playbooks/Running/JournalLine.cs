using System.Globalization;
using System.Text.Json;

namespace KernelFault.Playbooks.Running;

/// <summary>Makes a line of a record, and one that fits where it would be too long.</summary>
internal static class JournalLine
{
    // What an output may still have when all of them together have too much.
    private const int MaximumOutput = 64 * 1024;
    private const int MaximumSteps = 1000;

    /// <summary>A line.</summary>
    /// <param name="record">The record.</param>
    /// <returns>The record as the line has it, and the line with its line feed.</returns>
    /// <exception cref="JournalException">It does not fit even with its outputs cut.</exception>
    internal static (JournalRecord Record, byte[] Line) Of(JournalRecord record)
    {
        byte[] line = Bytes(record);
        if (line.Length > JournalFile.MaximumLine && record is StepEnded ended)
        {
            record = ended with
            {
                Outputs = PlaybookValue.Map([.. ended.Outputs.Select(pair => (pair.Key, Cut(pair.Value)))]),
                Steps = [.. ended.Steps.Take(MaximumSteps)],
                Warnings = [.. ended.Warnings.Take(MaximumSteps), "Outputs that were too long for the journal were cut."],
            };
            line = Bytes(record);
        }

        return line.Length <= JournalFile.MaximumLine
            ? (record, line)
            : throw new JournalException($"A record has {line.Length} bytes; a line of a journal may have {JournalFile.MaximumLine}.");
    }

    private static object? Cut(object? value)
    {
        string text = PlaybookValue.Text(value);
        return text.Length <= MaximumOutput ? value
            : value is string ? text.Remove(MaximumOutput) + Note(text.Length)
            : Note(text.Length).Trim();
    }

    private static string Note(int length) => " (cut: it had " + length.ToString(CultureInfo.InvariantCulture) + " characters)";

    private static byte[] Bytes(JournalRecord record)
    {
        var stream = new MemoryStream();
        using (var writer = new Utf8JsonWriter(stream, new JsonWriterOptions { MaxDepth = JournalJson.MaximumDepth }))
        {
            JsonSerializer.Serialize(writer, record, JournalJson.Options);
        }

        stream.WriteByte((byte)'\n');
        return stream.ToArray();
    }
}
