using System.Buffers.Binary;

namespace KernelFault.Formats.Pe;

// .reloc: blocks of PageRVA, BlockSize (bytes, header of 8 included) and 16-bit entries: type in the high 4 bits, offset in the page
// in the low 12. IMAGE_REL_BASED_HIGHLOW (3) moves 32 bits, IMAGE_REL_BASED_DIR64 (10) 64 bits, 0 is padding.

/// <summary>Base relocations: what the loader changed in the image when it did not get the address it was linked for.</summary>
internal static class PeRelocations
{
    private const int IMAGE_REL_BASED_HIGHLOW = 3;
    private const int IMAGE_REL_BASED_DIR64 = 10;

    /// <summary>Relocates bytes as the loader did.</summary>
    /// <param name="image">The image.</param>
    /// <param name="rva">Of the first byte.</param>
    /// <param name="bytes">Bytes read from the file; changed in place.</param>
    /// <param name="actualBase">Where the image was loaded.</param>
    /// <returns>False if a relocation is cut by the window's edge: the bytes there are not what was in memory.</returns>
    internal static bool Apply(PeImage image, uint rva, Span<byte> bytes, ulong actualBase)
    {
        ulong delta = unchecked(actualBase - image.Header.ImageBase);
        PeDirectory directory = image.Directory(PeDirectory.BaseRelocation);
        if (delta == 0 || directory.Rva == 0)
        {
            return true;
        }

        ReadOnlySpan<byte> table = image.Window(directory.Rva, (int)Math.Min(directory.Size, int.MaxValue));
        bool whole = true;
        while (table.Length >= 8)
        {
            uint page = BinaryPrimitives.ReadUInt32LittleEndian(table);
            uint size = BinaryPrimitives.ReadUInt32LittleEndian(table.Slice(4));
            if (size < 8 || size > table.Length)
            {
                break;
            }

            // A relocation that begins up to 7 bytes before the window still reaches into it.
            if ((long)page + 0x1000 + 7 > rva && page < (long)rva + bytes.Length)
            {
                whole &= ApplyBlock(table.Slice(8, (int)size - 8), page, rva, bytes, delta);
            }

            table = table.Slice((int)size);
        }

        return whole;
    }

    private static bool ApplyBlock(ReadOnlySpan<byte> entries, uint page, uint rva, Span<byte> bytes, ulong delta)
    {
        bool whole = true;
        for (int i = 0; i + 2 <= entries.Length; i += 2)
        {
            ushort entry = BinaryPrimitives.ReadUInt16LittleEndian(entries.Slice(i));
            int width = (entry >> 12) switch
            {
                IMAGE_REL_BASED_HIGHLOW => 4,
                IMAGE_REL_BASED_DIR64 => 8,
                _ => 0,
            };
            long at = (long)page + (entry & 0xFFF) - rva;
            if (width == 0 || at + width <= 0 || at >= bytes.Length)
            {
                continue;
            }

            if (at < 0 || at + width > bytes.Length)
            {
                whole = false;
            }
            else if (width == 4)
            {
                Span<byte> field = bytes.Slice((int)at);
                BinaryPrimitives.WriteUInt32LittleEndian(field, unchecked(BinaryPrimitives.ReadUInt32LittleEndian(field) + (uint)delta));
            }
            else
            {
                Span<byte> field = bytes.Slice((int)at);
                BinaryPrimitives.WriteUInt64LittleEndian(field, unchecked(BinaryPrimitives.ReadUInt64LittleEndian(field) + delta));
            }
        }

        return whole;
    }
}
