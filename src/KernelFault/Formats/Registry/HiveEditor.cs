using System.Buffers.Binary;
using System.Text;

namespace KernelFault.Formats.Registry;

// What is not touched stays as it is, byte for byte: no key moves, and cells are given and taken at the places only that a change needs.
// A hive whose header says that its last writing did not end is refused: on loading it Windows applies its logs, to the pages as they
// were. For the same reason the two sequence numbers are raised together, so that no entry of an old log can be taken for a newer one.

/// <summary>Changes values of a registry hive. After an exception the work is lost: nothing half done is given out.</summary>
internal sealed class HiveEditor
{
    private const int PrimaryOffset = 4;
    private const int SecondaryOffset = 8;
    private const int TimeOffset = 12;
    private const int MinorVersionOffset = 24;
    private const int OldestVersion = 3;
    private const int PiecesVersion = 4;
    private const int MaximumNameLength = 16383;

    private const int KeyTime = 4;
    private const int KeyValueCount = 36;
    private const int KeyValueList = 40;
    private const int KeyLongestName = 60;
    private const int KeyLongestData = 64;
    private const int ValueSize = 4;
    private const int ValueType = 12;
    private const int ValueFlags = 16;

    private readonly HiveFile _hive;
    private readonly HiveCells _cells;
    private readonly HiveValueWriter _values;
    private readonly DateTimeOffset _time;
    private bool _isBroken;
    private bool _isChanged;

    /// <summary>Begins to change a hive.</summary>
    /// <param name="bytes">The whole hive; not changed.</param>
    /// <param name="name">What to call it in messages.</param>
    /// <param name="time">When: for the header and the keys that are changed.</param>
    /// <exception cref="DumpFormatException">It is no hive, or its cells do not fit together.</exception>
    /// <exception cref="HiveDirtyException">Its newest changes are not in it.</exception>
    internal HiveEditor(ReadOnlyMemory<byte> bytes, string name, DateTimeOffset time)
    {
        _hive = HiveFile.Read(bytes, name);
        _time = time;
        if (_hive.IsDirty || HiveFile.Checksum(bytes.Span) != BinaryPrimitives.ReadUInt32LittleEndian(bytes.Span.Slice(HiveFile.ChecksumOffset)))
        {
            throw new HiveDirtyException(name);
        }

        if (_hive.MinorVersion < OldestVersion)
        {
            throw new DumpFormatException(name, MinorVersionOffset, FormattableString.Invariant($"expected a hive of version 1.{OldestVersion} or later to change, found 1.{_hive.MinorVersion}."));
        }

        _cells = new HiveCells(bytes.ToArray(), name);
        _values = new HiveValueWriter(_cells, _hive.MinorVersion >= PiecesVersion);
    }

    /// <summary>The hive as it was.</summary>
    internal HiveFile Before => _hive;

    /// <summary>Sets a value, new or not.</summary>
    /// <param name="key">Path of a key that exists.</param>
    /// <param name="name">The value's name, empty for the key's default value. One that exists keeps its spelling.</param>
    /// <param name="data">Its type and data.</param>
    /// <exception cref="KeyNotFoundException">There is no such key.</exception>
    /// <exception cref="DumpFormatException">What the change would touch is damaged.</exception>
    internal void Set(string key, string name, RegistryData data) => Change(key, cell =>
    {
        if (name.Length > MaximumNameLength || !name.All(c => c != '\0') || data.Bytes.Length > RegistryData.MaximumLength)
        {
            throw new ArgumentException("The name or the data are longer than a value may be.", nameof(data));
        }

        int index = IndexOf(cell, name, out uint value);
        if (index < 0)
        {
            value = Add(cell, name);
        }
        else if (IsSame(value, data))
        {
            return false;
        }

        _values.Write(value, data);
        Span<byte> nk = Key(cell);
        Raise(nk, KeyLongestName, name.Length * 2);
        Raise(nk, KeyLongestData, data.Bytes.Length);
        return true;
    });

    /// <summary>Takes a value away; nothing happens when it is not there.</summary>
    /// <param name="key">Path of a key that exists.</param>
    /// <param name="name">The value's name.</param>
    /// <exception cref="KeyNotFoundException">There is no such key.</exception>
    /// <exception cref="DumpFormatException">What the change would touch is damaged.</exception>
    internal void Delete(string key, string name) => Change(key, cell =>
    {
        int index = IndexOf(cell, name, out uint value);
        if (index < 0)
        {
            return false;
        }

        _values.FreeData(value);
        _cells.Free(value, "a value ('vk')");
        Span<byte> nk = Key(cell);
        int count = (int)U32(nk, KeyValueCount);
        uint list = U32(nk, KeyValueList);
        Put(nk, KeyValueCount, (uint)(count - 1));
        if (count == 1)
        {
            _cells.Free(list, "a list of values");
            Put(Key(cell), KeyValueList, uint.MaxValue);
            return true;
        }

        Span<byte> values = List(list, count);
        values.Slice((index + 1) * 4, (count - index - 1) * 4).CopyTo(values.Slice(index * 4));
        return true;
    });

    /// <summary>The whole hive with the changes; the same bytes when there were none.</summary>
    internal byte[] ToArray()
    {
        if (_isBroken)
        {
            throw new InvalidOperationException("A change of this hive failed half way.");
        }

        byte[] bytes = (byte[])_cells.Bytes.Clone();
        if (_isChanged)
        {
            uint sequence = unchecked(U32(bytes, PrimaryOffset) + 1);
            Put(bytes, PrimaryOffset, sequence);
            Put(bytes, SecondaryOffset, sequence);
            BinaryPrimitives.WriteInt64LittleEndian(bytes.AsSpan(TimeOffset), _time.ToFileTime());
            Put(bytes, HiveFile.ChecksumOffset, HiveFile.Checksum(bytes));
        }

        return bytes;
    }

    private static uint U32(ReadOnlySpan<byte> bytes, int offset) => BinaryPrimitives.ReadUInt32LittleEndian(bytes.Slice(offset));

    private static ushort U16(ReadOnlySpan<byte> bytes, int offset) => BinaryPrimitives.ReadUInt16LittleEndian(bytes.Slice(offset));

    private static void Put(Span<byte> bytes, int offset, uint value) => BinaryPrimitives.WriteUInt32LittleEndian(bytes.Slice(offset), value);

    private static void Raise(Span<byte> bytes, int offset, int value) => Put(bytes, offset, Math.Max(U32(bytes, offset), (uint)value));

    private void Change(string path, Func<uint, bool> change)
    {
        uint cell = (_hive.Find(path) ?? throw new KeyNotFoundException($"{_hive.Path}: there is no key '{PrintableText.Clean(path)}'.")).Cell;
        bool wasBroken = _isBroken;
        _isBroken = true;
        if (change(cell))
        {
            BinaryPrimitives.WriteInt64LittleEndian(Key(cell).Slice(KeyTime), _time.ToFileTime());
            _isChanged = true;
        }

        _isBroken = wasBroken;
    }

    private Span<byte> Key(uint cell)
    {
        Span<byte> bytes = _cells.Used(cell, "a key ('nk')");
        return bytes.Length >= HiveKeyReader.KeyHeaderSize && bytes.StartsWith("nk"u8) ? bytes : throw _cells.Damaged(HiveFile.HeaderSize + (long)cell, "expected a key ('nk').");
    }

    private Span<byte> List(uint cell, long count)
    {
        Span<byte> list = _cells.Used(cell, "a list of values");
        return count * 4 <= list.Length ? list : throw _cells.Damaged(HiveFile.HeaderSize + (long)cell, FormattableString.Invariant($"expected a list of {count} values."));
    }

    private int IndexOf(uint key, string name, out uint value)
    {
        Span<byte> nk = Key(key);
        uint count = U32(nk, KeyValueCount);
        ReadOnlySpan<byte> list = count == 0 ? default : List(U32(nk, KeyValueList), count);
        for (int i = 0; i < count; i++)
        {
            value = U32(list, i * 4);
            ReadOnlySpan<byte> vk = _values.Value(value);
            int length = U16(vk, 2);
            if (length > vk.Length - HiveKeyReader.ValueHeaderSize)
            {
                throw _cells.Damaged(HiveFile.HeaderSize + (long)value, "expected a value's name that ends in its cell.");
            }

            if (string.Equals(HiveKeyReader.Text(vk.Slice(HiveKeyReader.ValueHeaderSize, length), (U16(vk, ValueFlags) & HiveKeyReader.CompressedValueName) != 0), name, StringComparison.OrdinalIgnoreCase))
            {
                return i;
            }
        }

        value = 0;
        return -1;
    }

    private bool IsSame(uint value, RegistryData data)
    {
        ReadOnlySpan<byte> vk = _values.Value(value);
        using HiveFile now = HiveFile.Read(_cells.Bytes, _hive.Path);
        return U32(vk, ValueType) == (uint)data.Type && (U32(vk, ValueSize) & ~HiveValueData.InlineFlag) == data.Bytes.Length && HiveValueData.Read(now, value).AsSpan().SequenceEqual(data.Bytes);
    }

    // A new value without data, at the end of its key's list.
    private uint Add(uint key, string name)
    {
        bool compressed = name.All(c => c < 256);
        byte[] bytes = compressed ? [.. name.Select(c => (byte)c)] : Encoding.Unicode.GetBytes(name);
        uint value = _cells.Allocate(HiveKeyReader.ValueHeaderSize + bytes.Length);
        Span<byte> vk = _cells.Used(value, "a value ('vk')");
        "vk"u8.CopyTo(vk);
        BinaryPrimitives.WriteUInt16LittleEndian(vk.Slice(2), (ushort)bytes.Length);
        Put(vk, ValueSize, HiveValueData.InlineFlag);
        BinaryPrimitives.WriteUInt16LittleEndian(vk.Slice(ValueFlags), (ushort)(compressed ? HiveKeyReader.CompressedValueName : 0));
        bytes.CopyTo(vk.Slice(HiveKeyReader.ValueHeaderSize));

        int count = (int)U32(Key(key), KeyValueCount);
        uint list = U32(Key(key), KeyValueList);
        if (count == 0 || List(list, count).Length < (count + 1) * 4)
        {
            uint longer = _cells.Allocate((count + 1) * 4);
            if (count > 0)
            {
                List(list, count).Slice(0, count * 4).CopyTo(List(longer, count));
                _cells.Free(list, "a list of values");
            }

            list = longer;
            Put(Key(key), KeyValueList, list);
        }

        Put(List(list, count + 1), count * 4, value);
        Put(Key(key), KeyValueCount, (uint)(count + 1));
        return value;
    }
}
