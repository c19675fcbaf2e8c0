using KernelFault.Memory;
using static KernelFault.Dumps.Windows.LittleEndian;

namespace KernelFault.Dumps.Windows;

// DUMP_BLOB_FILE_HEADER ("DumpBlob", header size, build) and DUMP_BLOB_HEADERs (header size, GUID, data size, padding before
// and after) of ntiodump.h, streamed one after the other with no count. In a triage dump they start at SizeOfDump. The end
// is the end of the file, zeros, or a header with an empty GUID.

/// <summary>Reads the tagged blobs behind a dump.</summary>
internal static class SecondaryDataReader
{
    private const int FileHeaderSize = 16;
    private const int BlobHeaderSize = 32;
    private const int MaximumBlobs = 4096;

    // Padding aligns to 8 bytes, at most to a page.
    private const uint MaximumPadding = 0x10000;

    internal static IReadOnlyList<SecondaryDataStream> Read(MappedFile file, long start, List<string> warnings)
    {
        if (start <= 0 || start >= file.Length)
        {
            return [];
        }

        if (!file.TrySlice(start, FileHeaderSize, out ReadOnlySpan<byte> head)
            || !head.Slice(0, 8).SequenceEqual("DumpBlob"u8)
            || UInt32(head, 8) is < FileHeaderSize or > 0x1000)
        {
            return [];
        }

        var streams = new List<SecondaryDataStream>();
        long at = start + UInt32(head, 8);
        while (file.TrySlice(at, BlobHeaderSize, out ReadOnlySpan<byte> blob))
        {
            uint headerSize = UInt32(blob, 0);
            if (headerSize == 0)
            {
                break;
            }

            Guid tag = ReadGuid(blob.Slice(4, 16));
            uint size = UInt32(blob, 20);
            uint prePad = UInt32(blob, 24);
            uint postPad = UInt32(blob, 28);
            if (headerSize is < BlobHeaderSize or > 0x1000 || prePad > MaximumPadding || postPad > MaximumPadding || streams.Count >= MaximumBlobs)
            {
                warnings.Add(FormattableString.Invariant($"The secondary data is damaged at byte {at}: what follows is not read."));
                break;
            }

            long data = at + headerSize + prePad;
            if (data > file.Length || size > file.Length - data)
            {
                long present = Math.Max(0, file.Length - data);
                warnings.Add(FormattableString.Invariant(
                    $"The file ends inside the secondary data {tag}: {size} bytes expected, {present} present."));
                break;
            }

            if (tag != Guid.Empty)
            {
                streams.Add(new SecondaryDataStream(tag, SecondaryDataNames.Find(tag), data, size));
            }

            at = data + size + postPad;
        }

        return streams;
    }

    private static Guid ReadGuid(ReadOnlySpan<byte> b) => new(
        UInt32(b, 0), UInt16(b, 4), UInt16(b, 6), b[8], b[9], b[10], b[11], b[12], b[13], b[14], b[15]);
}
