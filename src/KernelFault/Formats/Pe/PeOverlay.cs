namespace KernelFault.Formats.Pe;

/// <summary>Bytes of a file behind its last section that are no certificates: never loaded, and of nobody's format.</summary>
/// <param name="Offset">File offset of the first one.</param>
/// <param name="Length">How many.</param>
public sealed record PeOverlay(long Offset, long Length)
{
    /// <summary>Signing fills a file up to a multiple of 8 with zeros: that is nothing.</summary>
    private const int Alignment = 8;

    internal static PeOverlay? Find(PeImage image)
    {
        if (image.IsLoaded)
        {
            return null;
        }

        long start = image.Header.SizeOfHeaders;
        foreach (PeSection section in image.Sections)
        {
            start = section.SizeOfRawData == 0 ? start : Math.Max(start, (long)section.PointerToRawData + section.SizeOfRawData);
        }

        PeDirectory certificates = image.Directory(PeDirectory.Certificate);
        long end = certificates.Rva != 0 && certificates.Rva >= start && certificates.Rva <= image.Length ? certificates.Rva : image.Length;
        if (end == certificates.Rva && end - start < Alignment && IsZero(image.FileWindow(start, (int)Math.Max(0, end - start))))
        {
            return null;
        }

        return end > start ? new PeOverlay(start, end - start) : null;
    }

    private static bool IsZero(ReadOnlySpan<byte> bytes)
    {
        foreach (byte value in bytes)
        {
            if (value != 0)
            {
                return false;
            }
        }

        return true;
    }
}
