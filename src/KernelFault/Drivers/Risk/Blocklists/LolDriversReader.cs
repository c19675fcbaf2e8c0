using System.Text.Json;
using KernelFault.Formats;

namespace KernelFault.Drivers.Risk.Blocklists;

// https://www.loldrivers.io/api/drivers.json: an array of drivers { Id, Category, Tags, KnownVulnerableSamples, … }, each sample { Filename,
// OriginalFilename, FileVersion, MD5, SHA1, SHA256, Authentihash: { MD5, SHA1, SHA256 }, Signatures, ImportedFunctions, … }. Older samples
// have AuthentihashMD5, AuthentihashSHA1 and AuthentihashSHA256 instead of the object. What is not known is "" or "-" or absent, and some
// fields are now a text, now a list. Of its tens of megabytes a hundredth is needed: one pass of tokens, no tree.

/// <summary>Reads the JSON of the LOLDrivers project.</summary>
internal static class LolDriversReader
{
    private const int LongestText = 512;
    private const int LongestHash = 96;

    internal static void Read(ReadOnlySpan<byte> json, string path, BlocklistBuilder builder, CancellationToken cancellation)
    {
        var reader = new Utf8JsonReader(json);
        try
        {
            if (!reader.Read() || reader.TokenType != JsonTokenType.StartArray)
            {
                throw new DumpFormatException(path, reader.TokenStartIndex, "expected an array of drivers.");
            }

            while (reader.Read() && reader.TokenType != JsonTokenType.EndArray)
            {
                cancellation.ThrowIfCancellationRequested();
                if (reader.TokenType != JsonTokenType.StartObject)
                {
                    throw new DumpFormatException(path, reader.TokenStartIndex, "expected a driver, an object.");
                }

                ReadDriver(ref reader, builder);
            }

            if (reader.Read())
            {
                throw new DumpFormatException(path, reader.TokenStartIndex, "expected the end of the file.");
            }
        }
        catch (Exception e) when (e is JsonException or InvalidOperationException)
        {
            // InvalidOperationException: a text that is no UTF-8.
            throw new DumpFormatException($"{path}: at offset 0x{reader.BytesConsumed:x}: expected JSON: {e.Message}", e);
        }
    }

    private static void ReadDriver(ref Utf8JsonReader reader, BlocklistBuilder builder)
    {
        string? id = null;
        string? category = null;
        string? tag = null;
        var samples = new List<Sample>();
        while (reader.Read() && reader.TokenType == JsonTokenType.PropertyName)
        {
            if (reader.ValueTextEquals("Id"u8))
            {
                id = Text(ref reader, LongestText);
            }
            else if (reader.ValueTextEquals("Category"u8))
            {
                category = Text(ref reader, LongestText);
            }
            else if (reader.ValueTextEquals("Tags"u8))
            {
                tag = FirstText(ref reader);
            }
            else if (reader.ValueTextEquals("KnownVulnerableSamples"u8))
            {
                ReadSamples(ref reader, samples, builder);
            }
            else
            {
                reader.Skip();
            }
        }

        foreach (Sample sample in samples)
        {
            Add(builder, sample, id ?? "entry without id", sample.OriginalFileName ?? tag ?? sample.FileName ?? "a driver without name", category ?? "vulnerable driver");
        }
    }

    private static void Add(BlocklistBuilder builder, Sample sample, string id, string name, string category)
    {
        var entry = new BlocklistEntry(PrintableText.Clean(id), PrintableText.Clean(name), PrintableText.Clean(category));
        foreach (string? hash in sample.Hashes)
        {
            BlocklistBuilder.Add(builder.Hashes, hash, entry);
        }

        foreach (string? hash in sample.AuthenticodeHashes)
        {
            BlocklistBuilder.Add(builder.AuthenticodeHashes, hash, entry);
        }

        if (BlocklistBuilder.VersionKey(sample.OriginalFileName, sample.FileVersion) is { } key && !builder.Versions.ContainsKey(key))
        {
            builder.Versions.Add(key, entry);
        }
    }

    private static void ReadSamples(ref Utf8JsonReader reader, List<Sample> samples, BlocklistBuilder builder)
    {
        reader.Read();
        if (reader.TokenType != JsonTokenType.StartArray)
        {
            reader.Skip();
            return;
        }

        while (reader.Read() && reader.TokenType != JsonTokenType.EndArray)
        {
            if (reader.TokenType != JsonTokenType.StartObject)
            {
                reader.Skip();
                continue;
            }

            builder.Count(reader.TokenStartIndex);
            samples.Add(ReadSample(ref reader));
        }
    }

    private static Sample ReadSample(ref Utf8JsonReader reader)
    {
        var sample = new Sample();
        while (reader.Read() && reader.TokenType == JsonTokenType.PropertyName)
        {
            if (reader.ValueTextEquals("SHA256"u8) || reader.ValueTextEquals("SHA1"u8) || reader.ValueTextEquals("MD5"u8))
            {
                Keep(sample.Hashes, Text(ref reader, LongestHash));
            }
            else if (reader.ValueTextEquals("AuthentihashSHA256"u8) || reader.ValueTextEquals("AuthentihashSHA1"u8) || reader.ValueTextEquals("AuthentihashMD5"u8))
            {
                Keep(sample.AuthenticodeHashes, Text(ref reader, LongestHash));
            }
            else if (reader.ValueTextEquals("Authentihash"u8))
            {
                ReadAuthenticodeHashes(ref reader, sample.AuthenticodeHashes);
            }
            else if (reader.ValueTextEquals("OriginalFilename"u8))
            {
                sample.OriginalFileName = Text(ref reader, LongestText);
            }
            else if (reader.ValueTextEquals("Filename"u8))
            {
                sample.FileName = Text(ref reader, LongestText);
            }
            else if (reader.ValueTextEquals("FileVersion"u8))
            {
                sample.FileVersion = Text(ref reader, LongestText);
            }
            else
            {
                reader.Skip();
            }
        }

        return sample;
    }

    private static void ReadAuthenticodeHashes(ref Utf8JsonReader reader, string?[] hashes)
    {
        reader.Read();
        if (reader.TokenType != JsonTokenType.StartObject)
        {
            reader.Skip();
            return;
        }

        while (reader.Read() && reader.TokenType == JsonTokenType.PropertyName)
        {
            Keep(hashes, Text(ref reader, LongestHash));
        }
    }

    private static void Keep(string?[] hashes, string? hash)
    {
        int free = Array.IndexOf(hashes, null);
        if (hash is not null && free >= 0)
        {
            hashes[free] = hash;
        }
    }

    // The value of the property that was just read: null when it is no text, empty, or too long to be what it should be.
    private static string? Text(ref Utf8JsonReader reader, int longest)
    {
        reader.Read();
        if (reader.TokenType != JsonTokenType.String)
        {
            reader.Skip();
            return null;
        }

        string? text = reader.ValueSpan.Length > longest ? null : reader.GetString()!.Trim();
        return text is null or "" or "-" ? null : text;
    }

    private static string? FirstText(ref Utf8JsonReader reader)
    {
        reader.Read();
        if (reader.TokenType != JsonTokenType.StartArray)
        {
            reader.Skip();
            return null;
        }

        string? first = null;
        while (reader.Read() && reader.TokenType != JsonTokenType.EndArray)
        {
            if (first is null && reader.TokenType == JsonTokenType.String && reader.ValueSpan.Length <= LongestText)
            {
                first = reader.GetString();
            }
            else
            {
                reader.Skip();
            }
        }

        return first;
    }

    private sealed class Sample
    {
        internal string?[] Hashes { get; } = new string?[3];

        internal string?[] AuthenticodeHashes { get; } = new string?[3];

        internal string? FileName { get; set; }

        internal string? OriginalFileName { get; set; }

        internal string? FileVersion { get; set; }
    }
}
