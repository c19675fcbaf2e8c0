// journalctl -o json: one object a line, the fields named in systemd.journal-fields(7). MESSAGE is a string, or an array of
// bytes when it is not valid text; kernel messages have _TRANSPORT "kernel" and _SOURCE_MONOTONIC_TIMESTAMP in microseconds.
using System.Globalization;
using System.Text;
using System.Text.Json;

namespace KernelFault.Dumps.Logs;

/// <summary>Turns a journal in JSON into the lines the kernel's console would have shown.</summary>
internal static class JournalDecoder
{
    private const int MaximumLine = 1024 * 1024;

    /// <summary>True if bytes look like the start of a journal in JSON.</summary>
    internal static bool IsJournal(ReadOnlySpan<byte> start) =>
        start.Length > 2 && start[0] == '{' && (start.IndexOf("\"MESSAGE\""u8) > 0 || start.IndexOf("\"__CURSOR\""u8) > 0 || start.IndexOf("\"_BOOT_ID\""u8) > 0);

    /// <summary>Decodes a line.</summary>
    /// <param name="json">One JSON object.</param>
    /// <param name="line">Where the console line is appended, with its end.</param>
    /// <param name="boot">The boot the entry before belonged to; replaced by this entry's.</param>
    /// <returns>False if it is no journal entry.</returns>
    internal static bool TryDecode(ReadOnlySpan<byte> json, StringBuilder line, ref string? boot)
    {
        ulong? realtime = null;
        string? entryBoot = null;
        if (json.Length > MaximumLine || json.IsEmpty)
        {
            return false;
        }

        string? message = null;
        string? sender = null;
        bool kernel = false;
        ulong? source = null;
        ulong? received = null;
        try
        {
            var reader = new Utf8JsonReader(json, new JsonReaderOptions { MaxDepth = 8 });
            while (reader.Read())
            {
                if (reader.TokenType != JsonTokenType.PropertyName)
                {
                    continue;
                }

                string name = reader.GetString() ?? string.Empty;
                reader.Read();
                switch (name)
                {
                    case "MESSAGE":
                        message = Text(ref reader);
                        break;
                    case "_TRANSPORT":
                        kernel = Text(ref reader) == "kernel";
                        break;
                    case "SYSLOG_IDENTIFIER":
                        sender = Text(ref reader);
                        break;
                    case "_SOURCE_MONOTONIC_TIMESTAMP":
                        source = Number(ref reader);
                        break;
                    case "__MONOTONIC_TIMESTAMP":
                        received = Number(ref reader);
                        break;
                    case "__REALTIME_TIMESTAMP":
                        realtime = Number(ref reader);
                        break;
                    case "_BOOT_ID":
                        entryBoot = Text(ref reader);
                        break;
                    default:
                        reader.Skip();
                        break;
                }
            }
        }
        catch (Exception error) when (error is JsonException or InvalidOperationException)
        {
            return false;
        }

        if (message is null)
        {
            return false;
        }

        kernel |= sender == "kernel";
        string stamp = string.Format(CultureInfo.InvariantCulture, "[{0,12:0.000000}] ", (source ?? received ?? 0) / 1e6);
        if (entryBoot is not null && entryBoot != boot && realtime is not null)
        {
            // What the kernel's clock driver prints at start: ties seconds since start to the calendar.
            boot = entryBoot;
            line.Append(stamp).Append("journal: setting system clock to the time of the entry (").Append(realtime.Value / 1000000).Append(")\n");
        }

        foreach (string part in message.Split('\n'))
        {
            if (kernel)
            {
                line.Append(stamp);
            }
            else
            {
                line.Append(sender).Append(": ");
            }

            line.Append(part).Append('\n');
        }

        return true;
    }

    private static ulong? Number(ref Utf8JsonReader reader)
    {
        if (reader.TokenType == JsonTokenType.Number)
        {
            return reader.TryGetUInt64(out ulong number) ? number : null;
        }

        return ulong.TryParse(Text(ref reader), NumberStyles.None, CultureInfo.InvariantCulture, out ulong value) && value < long.MaxValue ? value : null;
    }

    private static string? Text(ref Utf8JsonReader reader)
    {
        if (reader.TokenType == JsonTokenType.String)
        {
            return reader.GetString();
        }

        if (reader.TokenType != JsonTokenType.StartArray)
        {
            return null;
        }

        var bytes = new List<byte>();
        string? text = null;
        while (reader.Read() && reader.TokenType != JsonTokenType.EndArray)
        {
            if (reader.TokenType == JsonTokenType.Number && reader.TryGetByte(out byte value))
            {
                bytes.Add(value);
            }
            else
            {
                // A field given twice is an array of strings; the first is taken.
                text ??= reader.TokenType == JsonTokenType.String ? reader.GetString() : null;
                if (reader.TokenType is JsonTokenType.StartObject or JsonTokenType.StartArray)
                {
                    reader.Skip();
                }
            }
        }

        return text ?? Encoding.UTF8.GetString(bytes.ToArray());
    }
}
