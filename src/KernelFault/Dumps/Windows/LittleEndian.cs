using System.Buffers.Binary;

namespace KernelFault.Dumps.Windows;

/// <summary>Fields of little-endian structures by offset. The caller has checked that the field lies inside.</summary>
internal static class LittleEndian
{
    internal static ushort UInt16(ReadOnlySpan<byte> bytes, int offset) => BinaryPrimitives.ReadUInt16LittleEndian(bytes.Slice(offset, 2));

    internal static uint UInt32(ReadOnlySpan<byte> bytes, int offset) => BinaryPrimitives.ReadUInt32LittleEndian(bytes.Slice(offset, 4));

    internal static ulong UInt64(ReadOnlySpan<byte> bytes, int offset) => BinaryPrimitives.ReadUInt64LittleEndian(bytes.Slice(offset, 8));

    /// <summary>A word that may lie outside: false then.</summary>
    internal static bool TryUInt64(ReadOnlySpan<byte> bytes, uint offset, out ulong value)
    {
        bool inside = offset <= int.MaxValue && bytes.Length >= 8 && offset <= bytes.Length - 8;
        value = inside ? UInt64(bytes, (int)offset) : 0;
        return inside;
    }

    /// <summary>A word that may lie outside: false then.</summary>
    internal static bool TryUInt32(ReadOnlySpan<byte> bytes, uint offset, out uint value)
    {
        bool inside = offset <= int.MaxValue && bytes.Length >= 4 && offset <= bytes.Length - 4;
        value = inside ? UInt32(bytes, (int)offset) : 0;
        return inside;
    }

    /// <summary>A pointer of the dump's size, sign-extended never: 32-bit addresses stay below 4 GiB.</summary>
    internal static bool TryPointer(ReadOnlySpan<byte> bytes, uint offset, bool is64Bit, out ulong value)
    {
        if (is64Bit)
        {
            return TryUInt64(bytes, offset, out value);
        }

        bool inside = TryUInt32(bytes, offset, out uint word);
        value = word;
        return inside;
    }

    /// <summary>Characters up to a NUL or the end, one byte each.</summary>
    internal static string Ascii(ReadOnlySpan<byte> bytes)
    {
        int end = bytes.IndexOf((byte)0);
        ReadOnlySpan<byte> text = end < 0 ? bytes : bytes.Slice(0, end);
        var characters = new char[text.Length];
        for (int i = 0; i < characters.Length; i++)
        {
            characters[i] = (char)text[i];
        }

        return new string(characters);
    }

    /// <summary>UTF-16 characters up to a NUL or the end; an odd last byte is left out.</summary>
    internal static string Utf16(ReadOnlySpan<byte> bytes)
    {
        var characters = new char[bytes.Length / 2];
        int length = 0;
        while (length < characters.Length)
        {
            char c = (char)UInt16(bytes, length * 2);
            if (c == 0)
            {
                break;
            }

            characters[length++] = c;
        }

        return new string(characters, 0, length);
    }

    /// <summary>A <c>FILETIME</c> as UTC; null when zero or outside 1990 to 2200, where no Windows machine has crashed.</summary>
    internal static DateTime? FileTime(ulong value)
    {
        const ulong Year1990 = 122_756_256_000_000_000;
        const ulong Year2200 = 189_025_920_000_000_000;
        return value is >= Year1990 and < Year2200 ? DateTime.FromFileTimeUtc((long)value) : null;
    }
}
