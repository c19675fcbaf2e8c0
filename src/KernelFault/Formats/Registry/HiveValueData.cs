using System.Buffers.Binary;

namespace KernelFault.Formats.Registry;

// Where a value's data are: up to 4 bytes in the value itself (the highest bit of its size), else in a cell of their own; since Windows
// XP (format 1.4) more than 16,344 bytes in pieces of that size, listed by a cell 'db': signature, count of pieces, the list's cell.

/// <summary>Gathers a value's data.</summary>
internal static class HiveValueData
{
    /// <summary>The longest data that lie in one cell, since Windows XP.</summary>
    internal const int PieceSize = 16344;

    /// <summary>The bit of a value's size that says: the data are in the value itself.</summary>
    internal const uint InlineFlag = 0x8000_0000;

    private const int SizeField = 4;
    private const int CellField = 8;

    internal static byte[] Read(HiveFile hive, uint valueCell)
    {
        ReadOnlySpan<byte> value = hive.Cell(valueCell);
        if (value.Length < HiveKeyReader.ValueHeaderSize)
        {
            return [];
        }

        uint size = U32(value, SizeField);
        if ((size & InlineFlag) != 0)
        {
            return value.Slice(CellField, (int)Math.Min(size & ~InlineFlag, 4)).ToArray();
        }

        if (size == 0)
        {
            return [];
        }

        uint cell = U32(value, CellField);
        ReadOnlySpan<byte> data = hive.Cell(cell);
        if (size <= data.Length)
        {
            return data.Slice(0, (int)size).ToArray();
        }

        if (size > PieceSize && data.Length >= 8 && data[0] == 'd' && data[1] == 'b')
        {
            return Pieces(hive, data, size);
        }

        hive.Warn(FormattableString.Invariant($"A value's data at cell 0x{cell:x} are cut short: {data.Length} of {size} bytes are there."));
        return data.ToArray();
    }

    private static byte[] Pieces(HiveFile hive, ReadOnlySpan<byte> header, uint size)
    {
        // No more than the file holds, however often a damaged list names the same piece.
        byte[] data = new byte[Math.Min(size, hive.Length)];
        int done = 0;
        int count = BinaryPrimitives.ReadUInt16LittleEndian(header.Slice(2));
        ReadOnlySpan<byte> list = hive.Cell(U32(header, 4));
        for (int i = 0; i < count && (i + 1) * 4 <= list.Length && done < data.Length; i++)
        {
            ReadOnlySpan<byte> piece = hive.Cell(U32(list, i * 4));
            int wanted = Math.Min(PieceSize, data.Length - done);
            int held = Math.Min(wanted, piece.Length);
            piece.Slice(0, held).CopyTo(data.AsSpan(done));
            done += held;
            if (held < wanted)
            {
                break;
            }
        }

        if (done < size)
        {
            hive.Warn(FormattableString.Invariant($"A value's data in pieces are cut short: {done} of {size} bytes are there."));
            Array.Resize(ref data, done);
        }

        return data;
    }

    private static uint U32(ReadOnlySpan<byte> bytes, int offset) => BinaryPrimitives.ReadUInt32LittleEndian(bytes.Slice(offset));
}
