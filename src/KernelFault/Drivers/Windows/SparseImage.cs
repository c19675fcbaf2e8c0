using System.IO.Compression;
using System.Text.Json;
using KernelFault.Formats;
using KernelFault.Formats.Pe;

namespace KernelFault.Drivers.Windows;

// 'parts' of a file: 'ranges', pairs of offset and length, and 'data': the bytes of all ranges one after the other, by gzip and base64.

/// <summary>Lays the parts of a file that another machine sent where they were; what was not sent is zero.</summary>
internal sealed class SparseImage
{
    private const long MaximumImage = 128 * 1024 * 1024;
    private const int MaximumSent = 8 * 1024 * 1024;
    private const int MaximumRanges = 256;

    // Of all images together: a machine that claims a thousand large ones is not believed.
    private long _budget = 160 * 1024 * 1024;

    /// <summary>Reads the parts.</summary>
    /// <param name="parts">The JSON.</param>
    /// <param name="name">What to call the image in messages.</param>
    /// <exception cref="DumpFormatException">They are damaged, too large, or no image.</exception>
    internal PeImage Read(JsonElement parts, string name)
    {
        long[] ranges = [.. parts.Elements("ranges").Take(MaximumRanges * 2).Select(range => range.ValueKind == JsonValueKind.Number && range.TryGetInt64(out long number) ? number : -1)];
        long end = 0;
        long sent = 0;
        for (int i = 0; i + 1 < ranges.Length; i += 2)
        {
            if (ranges[i] < 0 || ranges[i + 1] < 0 || ranges[i] > MaximumImage || ranges[i + 1] > MaximumSent)
            {
                throw new DumpFormatException(name, 0, "the parts that were sent of the file lie where none can be.");
            }

            end = Math.Max(end, ranges[i] + ranges[i + 1]);
            sent += ranges[i + 1];
        }

        if (sent is 0 or > MaximumSent || end > MaximumImage + MaximumSent || end > _budget)
        {
            throw new DumpFormatException(name, 0, "the parts that were sent of the file are too large, or none.");
        }

        byte[] bytes = Expand(parts, name, (int)sent);
        _budget -= end;
        byte[] image = new byte[end];
        int position = 0;
        for (int i = 0; i + 1 < ranges.Length; i += 2)
        {
            int length = (int)Math.Min(ranges[i + 1], bytes.Length - position);
            Array.Copy(bytes, position, image, ranges[i], length);
            position += length;
        }

        return PeImage.Read(image, name);
    }

    private static byte[] Expand(JsonElement parts, string name, int length)
    {
        try
        {
            if (!parts.TryGetProperty("data", out JsonElement data) || data.ValueKind != JsonValueKind.String || !data.TryGetBytesFromBase64(out byte[]? packed))
            {
                throw new DumpFormatException(name, 0, "the parts that were sent of the file are no base64.");
            }

            using var gzip = new GZipStream(new MemoryStream(packed), CompressionMode.Decompress);
            byte[] bytes = new byte[length];
            int read = 0;
            int got;
            while (read < length && (got = gzip.Read(bytes, read, length - read)) > 0)
            {
                read += got;
            }

            return read == length ? bytes : throw new DumpFormatException(name, 0, "the parts that were sent of the file are cut short.");
        }
        catch (InvalidDataException e)
        {
            throw new DumpFormatException(name, 0, "the parts that were sent of the file are no gzip: " + e.Message);
        }
    }
}
