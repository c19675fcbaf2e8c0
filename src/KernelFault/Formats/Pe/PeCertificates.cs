using System.Buffers.Binary;

namespace KernelFault.Formats.Pe;

// The certificate table's data directory holds a file offset. Entries of WIN_CERTIFICATE: dwLength (header of 8 included), wRevision,
// wCertificateType, contents; each starts at a multiple of 8.

/// <summary>Lists the certificate table.</summary>
internal static class PeCertificates
{
    private const int HeaderSize = 8;
    private const int MaximumEntries = 64;

    internal static IReadOnlyList<PeCertificate> Read(PeImage image)
    {
        PeDirectory directory = image.Directory(PeDirectory.Certificate);
        var entries = new List<PeCertificate>();
        if (image.IsLoaded || directory.Rva == 0)
        {
            return entries;
        }

        long position = directory.Rva;
        long end = Math.Min(image.Length, position + directory.Size);
        while (end - position >= HeaderSize && entries.Count < MaximumEntries)
        {
            ReadOnlySpan<byte> header = image.FileWindow(position, HeaderSize);
            uint length = BinaryPrimitives.ReadUInt32LittleEndian(header);
            if (length < HeaderSize)
            {
                break;
            }

            long held = Math.Min(length, end - position) - HeaderSize;
            entries.Add(new PeCertificate(
                BinaryPrimitives.ReadUInt16LittleEndian(header.Slice(4)), BinaryPrimitives.ReadUInt16LittleEndian(header.Slice(6)), position + HeaderSize, (int)Math.Min(held, int.MaxValue)));
            position += (length + 7L) & ~7L;
        }

        return entries;
    }
}
