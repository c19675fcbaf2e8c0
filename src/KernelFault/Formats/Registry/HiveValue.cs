namespace KernelFault.Formats.Registry;

/// <summary>A value of a registry key. Its data are read when they are asked for, each time.</summary>
public sealed class HiveValue
{
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
    public string? Text => Data.Text;

    /// <summary>The texts of a <c>REG_MULTI_SZ</c>, safe to show; null for other types.</summary>
    public IReadOnlyList<string>? Texts => Data.Texts;

    /// <summary>The number of a <c>REG_DWORD</c>, <c>REG_DWORD_BIG_ENDIAN</c> or <c>REG_QWORD</c>; null for other types, and when data are missing.</summary>
    public ulong? Number => Data.Number;

    /// <summary>Its data with their type.</summary>
    internal RegistryData Data => new(Type, ReadData());

    /// <summary>Its data as they are.</summary>
    /// <returns>At most <see cref="Size"/> bytes; fewer, with a warning of the hive, when the file does not hold them.</returns>
    public byte[] ReadData() => HiveValueData.Read(_hive, _cell);

    /// <inheritdoc/>
    public override string ToString() => Name;
}
