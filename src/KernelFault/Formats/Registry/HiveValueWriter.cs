using System.Buffers.Binary;

namespace KernelFault.Formats.Registry;

/// <summary>Writes a value's data where <see cref="HiveValueData"/> finds them, and gives their cells back.</summary>
/// <param name="cells">The hive's cells.</param>
/// <param name="hasPieces">Whether long data lie in pieces: since format 1.4.</param>
internal sealed class HiveValueWriter(HiveCells cells, bool hasPieces)
{
    private const int ValueSize = 4;
    private const int ValueCell = 8;
    private const int ValueType = 12;

    // Full pieces have as many bytes behind them for their cell's alignment, and there are readers that take it for a rule.
    private const int PieceSlack = 4;

    /// <summary>A value's cell.</summary>
    /// <exception cref="DumpFormatException">It is none.</exception>
    internal Span<byte> Value(uint cell)
    {
        Span<byte> bytes = cells.Used(cell, "a value ('vk')");
        return bytes.Length >= HiveKeyReader.ValueHeaderSize && bytes.StartsWith("vk"u8) ? bytes : throw cells.Damaged(HiveFile.HeaderSize + (long)cell, "expected a value ('vk').");
    }

    /// <summary>Gives a value its type and data; in the cell that it has, where they fit into it.</summary>
    internal void Write(uint value, RegistryData data)
    {
        byte[] bytes = data.Bytes;
        Put(Value(value), ValueType, (uint)data.Type);
        uint size = U32(Value(value), ValueSize);
        bool single = bytes.Length <= HiveValueData.PieceSize || !hasPieces;
        if (bytes.Length > 4 && single && size != 0 && (size & HiveValueData.InlineFlag) == 0)
        {
            Span<byte> old = cells.Used(U32(Value(value), ValueCell), "a value's data");
            if (size <= old.Length && bytes.Length <= old.Length)
            {
                bytes.CopyTo(old);
                Put(Value(value), ValueSize, (uint)bytes.Length);
                return;
            }
        }

        FreeData(value);
        if (bytes.Length <= 4)
        {
            Span<byte> vk = Value(value);
            Put(vk, ValueSize, (uint)bytes.Length | HiveValueData.InlineFlag);
            Put(vk, ValueCell, 0);
            bytes.CopyTo(vk.Slice(ValueCell));
            return;
        }

        uint cell = single ? Store(bytes, 0, bytes.Length, 0) : Pieces(bytes);
        Put(Value(value), ValueCell, cell);
        Put(Value(value), ValueSize, (uint)bytes.Length);
    }

    /// <summary>Gives back the cells of a value's data; the value itself still names them.</summary>
    internal void FreeData(uint value)
    {
        uint size = U32(Value(value), ValueSize);
        if (size == 0 || (size & HiveValueData.InlineFlag) != 0)
        {
            return;
        }

        uint cell = U32(Value(value), ValueCell);
        ReadOnlySpan<byte> data = cells.Used(cell, "a value's data");
        if (size > HiveValueData.PieceSize && size > data.Length && data.Length >= 8 && data.StartsWith("db"u8))
        {
            int count = BinaryPrimitives.ReadUInt16LittleEndian(data.Slice(2));
            uint list = U32(data, 4);
            if (count * 4 > cells.Used(list, "a list of pieces").Length)
            {
                throw cells.Damaged(HiveFile.HeaderSize + (long)list, FormattableString.Invariant($"expected a list of {count} pieces."));
            }

            for (int i = 0; i < count; i++)
            {
                cells.Free(U32(cells.Used(list, "a list of pieces"), i * 4), "a piece of a value's data");
            }

            cells.Free(list, "a list of pieces");
        }

        cells.Free(cell, "a value's data");
    }

    private static uint U32(ReadOnlySpan<byte> bytes, int offset) => BinaryPrimitives.ReadUInt32LittleEndian(bytes.Slice(offset));

    private static void Put(Span<byte> bytes, int offset, uint value) => BinaryPrimitives.WriteUInt32LittleEndian(bytes.Slice(offset), value);

    private uint Store(byte[] bytes, int from, int length, int slack)
    {
        uint cell = cells.Allocate(length + slack);
        bytes.AsSpan(from, length).CopyTo(cells.Used(cell, "a value's data"));
        return cell;
    }

    private uint Pieces(byte[] bytes)
    {
        int count = (bytes.Length + HiveValueData.PieceSize - 1) / HiveValueData.PieceSize;
        uint header = cells.Allocate(8);
        uint list = cells.Allocate(count * 4);
        Span<byte> db = cells.Used(header, "a value's data");
        "db"u8.CopyTo(db);
        BinaryPrimitives.WriteUInt16LittleEndian(db.Slice(2), (ushort)count);
        Put(db, 4, list);
        for (int i = 0; i < count; i++)
        {
            int from = i * HiveValueData.PieceSize;
            uint piece = Store(bytes, from, Math.Min(HiveValueData.PieceSize, bytes.Length - from), PieceSlack);
            Put(cells.Used(list, "a list of pieces"), i * 4, piece);
        }

        return header;
    }
}
