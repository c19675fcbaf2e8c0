using System.Buffers.Binary;
using System.Text;

namespace KernelFault.Formats.Registry;

/// <summary>A value of a registry key. Its data are read when they are asked for, each time.</summary>
public sealed class HiveValue
{
    /// <summary>Most UTF-16 units of a text that are shown.</summary>
    private const int MaximumText = 64 * 1024;
    private const int MaximumTexts = 16 * 1024;

    private readonly HiveFile _hive;
    private readonly uint _cell;

    internal HiveValue(HiveFile hive, uint cell, string rawName, HiveValueType type, uint size)
    {
        _hive = hive;
        _cell = cell;
        RawName = rawName;
        Name = PrintableText.Clean(rawName);
        Type = type;
        Size = (int)Math.Min(size, int.MaxValue);
    }

    /// <summary>Its name, safe to show; empty for a key's default value.</summary>
    public string Name { get; }

    /// <summary>Its type; numbers without a name occur.</summary>
    public HiveValueType Type { get; }

    /// <summary>Bytes of data that the value says to have; a damaged hive holds less.</summary>
    public int Size { get; }

    /// <summary>The name as it is in the file, to compare with.</summary>
    internal string RawName { get; }

    /// <summary>The text of a <c>REG_SZ</c>, <c>REG_EXPAND_SZ</c> or <c>REG_LINK</c> up to its zero, safe to show; null for other types.</summary>
    public string? Text => Type is HiveValueType.String or HiveValueType.ExpandString or HiveValueType.Link
        ? UpToZero(Encoding.Unicode.GetString(EvenBytes()))
        : null;

    /// <summary>The texts of a <c>REG_MULTI_SZ</c>, safe to show; null for other types.</summary>
    public IReadOnlyList<string>? Texts => Type == HiveValueType.MultiString ? Split(Encoding.Unicode.GetString(EvenBytes())) : null;

    /// <summary>The number of a <c>REG_DWORD</c>, <c>REG_DWORD_BIG_ENDIAN</c> or <c>REG_QWORD</c>; null for other types, and when data are missing.</summary>
    public ulong? Number
    {
        get
        {
            if (Type is not (HiveValueType.DWord or HiveValueType.DWordBigEndian or HiveValueType.QWord))
            {
                return null;
            }

            byte[] data = ReadData();
            return Type switch
            {
                HiveValueType.QWord => data.Length >= 8 ? BinaryPrimitives.ReadUInt64LittleEndian(data) : null,
                HiveValueType.DWord => data.Length >= 4 ? BinaryPrimitives.ReadUInt32LittleEndian(data) : null,
                _ => data.Length >= 4 ? BinaryPrimitives.ReadUInt32BigEndian(data) : null,
            };
        }
    }

    /// <summary>Its data as they are.</summary>
    /// <returns>At most <see cref="Size"/> bytes; fewer, with a warning of the hive, when the file does not hold them.</returns>
    public byte[] ReadData() => HiveValueData.Read(_hive, _cell);

    /// <inheritdoc/>
    public override string ToString() => Name;

    private static string UpToZero(string text)
    {
        int end = text.IndexOf('\0');
        return PrintableText.Clean(end < 0 ? text : text.Substring(0, end), MaximumText);
    }

    private static List<string> Split(string text)
    {
        var texts = new List<string>();
        int start = 0;
        while (start < text.Length && text[start] != '\0' && texts.Count < MaximumTexts)
        {
            int end = text.IndexOf('\0', start);
            end = end < 0 ? text.Length : end;
            texts.Add(PrintableText.Clean(text.Substring(start, end - start), MaximumText));
            start = end + 1;
        }

        return texts;
    }

    private byte[] EvenBytes()
    {
        byte[] data = ReadData();
        if (data.Length % 2 != 0)
        {
            Array.Resize(ref data, data.Length - 1);
        }

        return data;
    }
}
