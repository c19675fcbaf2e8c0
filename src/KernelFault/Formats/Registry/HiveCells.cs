using System.Buffers.Binary;
using System.Collections;

namespace KernelFault.Formats.Registry;

// Bins ('hbin': own offset +4, size +8, 32 bytes in all) follow each other from the end of the header; in each, cells without a gap. A cell's
// size counts its own 4 bytes, is a multiple of 8, and is negative while it is in use. No cell reaches from one bin into the next.

/// <summary>The cells of a hive that is being changed: which are in use, which are free.</summary>
internal sealed class HiveCells
{
    private const int BinHeader = 32;
    private const int BinAlignment = 4096;
    private const int CellAlignment = 8;
    private const int SizeField = 4;
    private const int BinsSizeOffset = 40;

    private readonly string _path;

    // Free cells by offset, and again by where they end.
    private readonly SortedDictionary<uint, int> _free = [];
    private readonly Dictionary<uint, uint> _freeByEnd = [];
    private readonly BitArray _used;
    private readonly HashSet<uint> _added = [];
    private byte[] _bytes;
    private int _size;

    /// <summary>Takes stock of a hive.</summary>
    /// <param name="bytes">The whole file; changed in place from now on.</param>
    /// <param name="path">What to call it in messages.</param>
    /// <exception cref="DumpFormatException">Its bins and cells do not fit together; it is not safe to change.</exception>
    internal HiveCells(byte[] bytes, string path)
    {
        _bytes = bytes;
        _path = path;
        uint size = bytes.Length < HiveFile.HeaderSize ? 0 : BinaryPrimitives.ReadUInt32LittleEndian(bytes.AsSpan(BinsSizeOffset));
        if (size == 0 || size % BinAlignment != 0 || size > (uint)(bytes.Length - HiveFile.HeaderSize))
        {
            throw Damaged(BinsSizeOffset, FormattableString.Invariant($"expected bins of {BinAlignment} bytes each that lie in the file, found 0x{size:x} bytes of them."));
        }

        _size = (int)size;
        _used = new BitArray(_size / CellAlignment);
        for (int bin = 0; bin < _size;)
        {
            bin += Bin(bin);
        }
    }

    /// <summary>The file as it is now; its header is as it was, but for the size of the bins.</summary>
    internal byte[] Bytes => _bytes;

    /// <summary>Contents of a cell in use.</summary>
    /// <exception cref="DumpFormatException">There is none.</exception>
    internal Span<byte> Used(uint cell, string what)
    {
        if (!IsUsed(cell))
        {
            throw Damaged(HiveFile.HeaderSize + (long)cell, "expected a cell in use for " + what + ".");
        }

        return _bytes.AsSpan(Position(cell) + SizeField, Size(cell) - SizeField);
    }

    /// <summary>A cell for so many bytes, all zero.</summary>
    internal uint Allocate(int length)
    {
        int wanted = (length + SizeField + CellAlignment - 1) & ~(CellAlignment - 1);
        uint cell = 0;
        int size = 0;
        foreach (KeyValuePair<uint, int> free in _free)
        {
            if (free.Value >= wanted)
            {
                (cell, size) = (free.Key, free.Value);
                break;
            }
        }

        if (size == 0)
        {
            (cell, size) = AddBin(wanted);
        }

        TakeFree(cell, size);
        if (size > wanted)
        {
            AddFree(cell + (uint)wanted, size - wanted);
        }

        SetSize(cell, -wanted);
        MarkUsed(cell, true);
        _bytes.AsSpan(Position(cell) + SizeField, wanted - SizeField).Clear();
        return cell;
    }

    /// <summary>Gives a cell back, and joins it with free ones around it.</summary>
    /// <exception cref="DumpFormatException">It is not in use.</exception>
    internal void Free(uint cell, string what)
    {
        int size = Used(cell, what).Length + SizeField;
        MarkUsed(cell, false);
        if (_free.TryGetValue(cell + (uint)size, out int next))
        {
            TakeFree(cell + (uint)size, next);
            size += next;
        }

        if (_freeByEnd.TryGetValue(cell, out uint before))
        {
            int length = _free[before];
            TakeFree(before, length);
            cell = before;
            size += length;
        }

        AddFree(cell, size);
    }

    internal DumpFormatException Damaged(long offset, string expected) => new(_path, offset, expected);

    private static int Position(uint cell) => HiveFile.HeaderSize + (int)cell;

    // Returns the bin's size.
    private int Bin(int bin)
    {
        ReadOnlySpan<byte> header = _bytes.AsSpan(HiveFile.HeaderSize + bin, BinHeader);
        uint size = BinaryPrimitives.ReadUInt32LittleEndian(header.Slice(8));
        if (!header.StartsWith("hbin"u8) || BinaryPrimitives.ReadUInt32LittleEndian(header.Slice(4)) != (uint)bin || size == 0 || size % BinAlignment != 0 || size > (uint)(_size - bin))
        {
            throw Damaged(HiveFile.HeaderSize + (long)bin, "expected the header of a bin ('hbin').");
        }

        int end = bin + (int)size;
        for (int cell = bin + BinHeader; cell < end;)
        {
            int length = BinaryPrimitives.ReadInt32LittleEndian(_bytes.AsSpan(Position((uint)cell)));
            long whole = Math.Abs((long)length);
            if (whole == 0 || whole % CellAlignment != 0 || whole > end - cell)
            {
                throw Damaged(Position((uint)cell), FormattableString.Invariant($"expected a cell that ends in its bin, found one of {length} bytes."));
            }

            if (length > 0)
            {
                _free.Add((uint)cell, length);
                _freeByEnd[(uint)(cell + length)] = (uint)cell;
            }
            else
            {
                _used[cell / CellAlignment] = true;
            }

            cell += (int)whole;
        }

        return (int)size;
    }

    private bool IsUsed(uint cell) =>
        cell % CellAlignment == 0 && (cell / CellAlignment < (uint)_used.Length ? _used[(int)(cell / CellAlignment)] : _added.Contains(cell));

    private void MarkUsed(uint cell, bool used)
    {
        if (cell / CellAlignment < (uint)_used.Length)
        {
            _used[(int)(cell / CellAlignment)] = used;
        }
        else if (used)
        {
            _added.Add(cell);
        }
        else
        {
            _added.Remove(cell);
        }
    }

    // At the end, where what may lie behind the bins is of no meaning.
    private (uint Cell, int Size) AddBin(int wanted)
    {
        int size = checked(wanted + BinHeader + BinAlignment - 1) & ~(BinAlignment - 1);
        int start = HiveFile.HeaderSize + _size;
        if (checked(start + size) > _bytes.Length)
        {
            Array.Resize(ref _bytes, start + size);
        }

        Span<byte> bin = _bytes.AsSpan(start, size);
        bin.Clear();
        "hbin"u8.CopyTo(bin);
        BinaryPrimitives.WriteUInt32LittleEndian(bin.Slice(4), (uint)_size);
        BinaryPrimitives.WriteUInt32LittleEndian(bin.Slice(8), (uint)size);
        uint cell = (uint)(_size + BinHeader);
        _size += size;
        BinaryPrimitives.WriteUInt32LittleEndian(_bytes.AsSpan(BinsSizeOffset), (uint)_size);
        AddFree(cell, size - BinHeader);
        return (cell, size - BinHeader);
    }

    private void AddFree(uint cell, int size)
    {
        SetSize(cell, size);
        _free.Add(cell, size);
        _freeByEnd[cell + (uint)size] = cell;
    }

    private void TakeFree(uint cell, int size)
    {
        _free.Remove(cell);
        _freeByEnd.Remove(cell + (uint)size);
    }

    private int Size(uint cell) => -BinaryPrimitives.ReadInt32LittleEndian(_bytes.AsSpan(Position(cell)));

    private void SetSize(uint cell, int size) => BinaryPrimitives.WriteInt32LittleEndian(_bytes.AsSpan(Position(cell)), size);
}
