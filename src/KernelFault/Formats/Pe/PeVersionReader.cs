using System.Buffers.Binary;
using System.Globalization;
using System.Runtime.InteropServices;

namespace KernelFault.Formats.Pe;

// Resource tree: IMAGE_RESOURCE_DIRECTORY (16 bytes; named entries +12, id entries +14) and entries of 8 bytes (id, offset; the high
// bit of the offset means another directory). Three levels: type (16 = RT_VERSION), name, language; then a data entry (RVA, size).
// VS_VERSIONINFO: nodes of wLength, wValueLength, wType, a zero-terminated UTF-16 key, padding to 4, value, padding, children.
// The root's value is VS_FIXEDFILEINFO (signature 0xFEEF04BD); below are StringFileInfo → language table → strings.

/// <summary>Reads the version resource.</summary>
internal static class PeVersionReader
{
    private const uint RT_VERSION = 16;
    private const uint FixedSignature = 0xFEEF04BD;
    private const int MaximumEntries = 256;
    private const int MaximumSize = 0x10000;

    internal static PeVersionInfo? Read(PeImage image)
    {
        uint root = image.Directory(PeDirectory.Resource).Rva;
        uint language = 0;
        uint? type = root == 0 ? null : Child(image, root, root, RT_VERSION, out _);
        uint? name = type is null ? null : Child(image, root, type.Value, null, out _);
        uint? data = name is null ? null : Child(image, root, name.Value, null, out language);
        if (data is null)
        {
            return null;
        }

        ReadOnlySpan<byte> entry = image.Window(data.Value & int.MaxValue, 8);
        if (entry.Length < 8)
        {
            return null;
        }

        int size = (int)Math.Min(BinaryPrimitives.ReadUInt32LittleEndian(entry.Slice(4)), MaximumSize);
        PeVersionInfo? version = Parse(image.Window(BinaryPrimitives.ReadUInt32LittleEndian(entry), size));
        return version is null || language is 0 or > ushort.MaxValue ? version : version with { Language = (ushort)language };
    }

    internal static PeVersionInfo? Parse(ReadOnlySpan<byte> resource)
    {
        if (!Node(resource, out _, out ReadOnlySpan<byte> value, out ReadOnlySpan<byte> children))
        {
            return null;
        }

        string? file = null;
        string? product = null;
        uint? flags = null;
        if (value.Length >= 24 && BinaryPrimitives.ReadUInt32LittleEndian(value) == FixedSignature)
        {
            file = Fixed(value.Slice(8));
            product = Fixed(value.Slice(16));
            flags = value.Length >= 32
                ? BinaryPrimitives.ReadUInt32LittleEndian(value.Slice(24)) & BinaryPrimitives.ReadUInt32LittleEndian(value.Slice(28))
                : null;
        }

        var strings = new Dictionary<string, string>(StringComparer.OrdinalIgnoreCase);
        while (Node(children, out string key, out _, out ReadOnlySpan<byte> tables))
        {
            while (key == "StringFileInfo" && Node(tables, out _, out _, out ReadOnlySpan<byte> entries))
            {
                while (Node(entries, out string name, out ReadOnlySpan<byte> text, out _))
                {
                    // Of several languages the first with a text wins.
                    string clean = PrintableText.Clean(Text(text)).Trim();
                    if (clean.Length > 0 && strings.Count < MaximumEntries && !strings.ContainsKey(name))
                    {
                        strings.Add(name, clean);
                    }

                    entries = Next(entries);
                }

                tables = Next(tables);
            }

            children = Next(children);
        }

        string? Get(string name) => strings.TryGetValue(name, out string? text) ? text : null;
        return new PeVersionInfo
        {
            FixedFileVersion = file,
            FixedProductVersion = product,
            FileVersion = Get("FileVersion"),
            ProductVersion = Get("ProductVersion"),
            CompanyName = Get("CompanyName"),
            FileDescription = Get("FileDescription"),
            OriginalFilename = Get("OriginalFilename"),
            ProductName = Get("ProductName"),
            InternalName = Get("InternalName"),
            LegalCopyright = Get("LegalCopyright"),
            Comments = Get("Comments"),
            FileFlags = flags,
        };
    }

    // The RVA of the directory (high bit set) or data entry below; the first one when no id is asked for.
    private static uint? Child(PeImage image, uint root, uint directory, uint? id, out uint found)
    {
        found = 0;
        uint rva = directory & int.MaxValue;
        ReadOnlySpan<byte> header = image.Window(rva, 16);
        if (header.Length < 16 || (directory != root && (directory & 0x80000000) == 0))
        {
            return null;
        }

        int count = Math.Min(MaximumEntries, BinaryPrimitives.ReadUInt16LittleEndian(header.Slice(12)) + BinaryPrimitives.ReadUInt16LittleEndian(header.Slice(14)));
        ReadOnlySpan<byte> entries = image.Window(rva + 16, count * 8);
        for (int i = 0; i + 8 <= entries.Length; i += 8)
        {
            if (id is null || BinaryPrimitives.ReadUInt32LittleEndian(entries.Slice(i)) == id)
            {
                uint offset = BinaryPrimitives.ReadUInt32LittleEndian(entries.Slice(i + 4));
                found = BinaryPrimitives.ReadUInt32LittleEndian(entries.Slice(i));
                return ((root + (offset & int.MaxValue)) & int.MaxValue) | (offset & 0x80000000);
            }
        }

        return null;
    }

    private static bool Node(ReadOnlySpan<byte> bytes, out string key, out ReadOnlySpan<byte> value, out ReadOnlySpan<byte> children)
    {
        key = string.Empty;
        value = default;
        children = default;
        if (bytes.Length < 6)
        {
            return false;
        }

        int length = BinaryPrimitives.ReadUInt16LittleEndian(bytes);
        if (length < 6 || length > bytes.Length)
        {
            return false;
        }

        ReadOnlySpan<byte> node = bytes.Slice(0, length);
        int valueLength = BinaryPrimitives.ReadUInt16LittleEndian(node.Slice(2));
        bool text = BinaryPrimitives.ReadUInt16LittleEndian(node.Slice(4)) == 1;
        key = Text(node.Slice(6));
        int position = Align(6 + ((key.Length + 1) * 2));

        // The length of a text counts characters, not bytes.
        int valueBytes = text ? valueLength * 2 : valueLength;
        if (position < node.Length)
        {
            value = node.Slice(position, Math.Min(valueBytes, node.Length - position));
            int rest = Align(position + valueBytes);
            children = rest < node.Length ? node.Slice(rest) : default;
        }

        return true;
    }

    private static ReadOnlySpan<byte> Next(ReadOnlySpan<byte> bytes)
    {
        int length = Align(BinaryPrimitives.ReadUInt16LittleEndian(bytes));
        return length < bytes.Length ? bytes.Slice(length) : default;
    }

    private static string Text(ReadOnlySpan<byte> bytes)
    {
        ReadOnlySpan<char> characters = MemoryMarshal.Cast<byte, char>(bytes);
        int end = characters.IndexOf('\0');
        return characters.Slice(0, end < 0 ? characters.Length : end).ToString();
    }

    private static string Fixed(ReadOnlySpan<byte> version)
    {
        uint high = BinaryPrimitives.ReadUInt32LittleEndian(version);
        uint low = BinaryPrimitives.ReadUInt32LittleEndian(version.Slice(4));
        return string.Format(CultureInfo.InvariantCulture, "{0}.{1}.{2}.{3}", high >> 16, high & 0xFFFF, low >> 16, low & 0xFFFF);
    }

    private static int Align(int value) => (value + 3) & ~3;
}
