using System.Buffers.Binary;
using System.Text;

namespace KernelFault.Formats.Registry;

// Key ('nk'): flags +2 (0x20: the name is Latin-1, not UTF-16) · last written +4 · parent +16 · count of subkeys +20 · their list +28 ·
// count of values +36 · their list +40 · class name +48 · length of the name +72 and of the class name +74 · name +76.
// Value ('vk'): length of the name +2 · size of data +4 · data or their cell +8 · type +12 · flags +16 (1: the name is Latin-1) · name +20.
// Lists of subkeys: 'lf' and 'lh' have 8 bytes an entry (cell, hint or hash), 'li' 4 bytes; 'ri' lists other lists, one level deep.
//
// A damaged hive can name any cell as a child. The tree stays one because a child must name its parent, which leaves a cell one place
// only; because the same child counts once in a list; and because nobody may have the root as a child.

/// <summary>Reads keys, their lists and values from cells.</summary>
internal static class HiveKeyReader
{
    internal const int ValueHeaderSize = 20;
    internal const int KeyHeaderSize = 76;
    internal const int CompressedValueName = 1;
    private const int SmallestKey = 80;
    private const int CompressedKeyName = 0x20;

    /// <summary>The key in a cell; null, with a warning, when there is none.</summary>
    internal static HiveKey? Key(HiveFile hive, uint cell, HiveKey? parent)
    {
        ReadOnlySpan<byte> key = hive.Cell(cell);
        if (key.Length < KeyHeaderSize || key[0] != 'n' || key[1] != 'k')
        {
            hive.Warn(FormattableString.Invariant($"Cell 0x{cell:x} holds no key ('nk')."));
            return null;
        }

        if (parent is not null && U32(key, 16) != parent.Cell)
        {
            hive.Warn(FormattableString.Invariant($"The key at cell 0x{cell:x} belongs to another parent; it is left out of '{parent.Name}'."));
            return null;
        }

        int length = Math.Min(U16(key, 72), key.Length - KeyHeaderSize);
        string name = Text(key.Slice(KeyHeaderSize, length), (U16(key, 2) & CompressedKeyName) != 0);
        return new HiveKey(hive, cell, parent, name, HiveFile.Time(key.Slice(4)), (int)Math.Min(U32(key, 20), int.MaxValue), (int)Math.Min(U32(key, 36), int.MaxValue));
    }

    /// <summary>A key's class name, which drivers and the boot configuration use for odd things; null when it has none.</summary>
    internal static string? ClassName(HiveFile hive, uint cell)
    {
        ReadOnlySpan<byte> key = hive.Cell(cell);
        int length = key.Length < KeyHeaderSize ? 0 : U16(key, 74);
        if (length == 0 || U32(key, 48) == uint.MaxValue)
        {
            return null;
        }

        ReadOnlySpan<byte> name = hive.Cell(U32(key, 48));
        return PrintableText.Clean(Text(name.Slice(0, Math.Min(length, name.Length)), isCompressed: false));
    }

    /// <summary>Cells of a key's children, each once.</summary>
    internal static List<uint> Children(HiveFile hive, uint cell)
    {
        var children = new List<uint>();
        ReadOnlySpan<byte> key = hive.Cell(cell);
        uint count = key.Length < KeyHeaderSize ? 0 : U32(key, 20);
        if (count == 0)
        {
            return children;
        }

        // As many keys as the file has room for: lists that name others again and again end there.
        var budget = new ListBudget((int)Math.Min(count, (hive.Length / SmallestKey) + 1), hive.Length / 4);
        var seen = new HashSet<uint> { hive.RootCell };
        uint list = U32(key, 28);
        ReadOnlySpan<byte> entries = hive.Cell(list);
        if (entries.Length >= 4 && entries[0] == 'r' && entries[1] == 'i')
        {
            int lists = Math.Min(U16(entries, 2), (entries.Length - 4) / 4);
            for (int i = 0; i < lists && budget.IsLeft(children.Count); i++)
            {
                Append(hive, U32(entries, 4 + (i * 4)), children, seen, ref budget);
            }
        }
        else
        {
            Append(hive, list, children, seen, ref budget);
        }

        if (children.Count < count)
        {
            hive.Warn(FormattableString.Invariant($"The key at cell 0x{cell:x} has {children.Count} of its {count} subkeys."));
        }

        return children;
    }

    /// <summary>A key's values in the order of the file.</summary>
    internal static List<HiveValue> Values(HiveFile hive, uint cell)
    {
        var values = new List<HiveValue>();
        ReadOnlySpan<byte> key = hive.Cell(cell);
        uint count = key.Length < KeyHeaderSize ? 0 : U32(key, 36);
        if (count == 0)
        {
            return values;
        }

        ReadOnlySpan<byte> list = hive.Cell(U32(key, 40));
        for (int i = 0; i < count && (i + 1) * 4 <= list.Length; i++)
        {
            if (Value(hive, U32(list, i * 4)) is { } value)
            {
                values.Add(value);
            }
        }

        if (values.Count < count)
        {
            hive.Warn(FormattableString.Invariant($"The key at cell 0x{cell:x} has {values.Count} of its {count} values."));
        }

        return values;
    }

    /// <summary>A name of a key or value: Latin-1 when it is compressed, UTF-16 otherwise.</summary>
    internal static string Text(ReadOnlySpan<byte> bytes, bool isCompressed)
    {
        if (!isCompressed)
        {
            return Encoding.Unicode.GetString(bytes.Slice(0, bytes.Length & ~1).ToArray());
        }

        char[] text = new char[bytes.Length];
        for (int i = 0; i < text.Length; i++)
        {
            text[i] = (char)bytes[i];
        }

        return new string(text);
    }

    private static HiveValue? Value(HiveFile hive, uint cell)
    {
        ReadOnlySpan<byte> value = hive.Cell(cell);
        if (value.Length < ValueHeaderSize || value[0] != 'v' || value[1] != 'k')
        {
            hive.Warn(FormattableString.Invariant($"Cell 0x{cell:x} holds no value ('vk')."));
            return null;
        }

        int length = Math.Min(U16(value, 2), value.Length - ValueHeaderSize);
        string name = Text(value.Slice(ValueHeaderSize, length), (U16(value, 16) & CompressedValueName) != 0);
        return new HiveValue(hive, cell, name, (HiveValueType)U32(value, 12), U32(value, 4) & 0x7FFF_FFFF);
    }

    private static void Append(HiveFile hive, uint list, List<uint> children, HashSet<uint> seen, ref ListBudget budget)
    {
        ReadOnlySpan<byte> entries = hive.Cell(list);
        int size = entries.Length < 4 || entries[0] != 'l' ? 0 : entries[1] switch { (byte)'f' or (byte)'h' => 8, (byte)'i' => 4, _ => 0 };
        if (size == 0)
        {
            hive.Warn(FormattableString.Invariant($"Cell 0x{list:x} holds no list of subkeys."));
            return;
        }

        int count = Math.Min(U16(entries, 2), (entries.Length - 4) / size);
        for (int i = 0; i < count && budget.IsLeft(children.Count); i++)
        {
            budget.Take();
            uint child = U32(entries, 4 + (i * size));
            if (seen.Add(child))
            {
                children.Add(child);
            }
        }
    }

    private static ushort U16(ReadOnlySpan<byte> bytes, int offset) => BinaryPrimitives.ReadUInt16LittleEndian(bytes.Slice(offset));

    private static uint U32(ReadOnlySpan<byte> bytes, int offset) => BinaryPrimitives.ReadUInt32LittleEndian(bytes.Slice(offset));

    private struct ListBudget(int children, long entries)
    {
        private long _entries = entries;

        internal readonly bool IsLeft(int found) => found < children && _entries > 0;

        internal void Take() => _entries--;
    }
}
