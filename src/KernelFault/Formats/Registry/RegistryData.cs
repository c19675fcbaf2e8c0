using System.Buffers.Binary;
using System.Text;

namespace KernelFault.Formats.Registry;

/// <summary>The data of a registry value with its type, wherever they come from and wherever they go.</summary>
internal sealed class RegistryData : IEquatable<RegistryData>
{
    /// <summary>The most bytes of a value that are written.</summary>
    internal const int MaximumLength = 1024 * 1024;

    /// <summary>Most UTF-16 units of a text that are shown.</summary>
    private const int MaximumText = 64 * 1024;
    private const int MaximumTexts = 16 * 1024;

    private readonly byte[] _bytes;

    internal RegistryData(HiveValueType type, byte[] bytes)
    {
        Type = type;
        _bytes = bytes ?? throw new ArgumentNullException(nameof(bytes));
    }

    internal HiveValueType Type { get; }

    /// <summary>The data as the registry keeps them; not to be changed.</summary>
    internal byte[] Bytes => _bytes;

    /// <summary>The text of a <c>REG_SZ</c>, <c>REG_EXPAND_SZ</c> or <c>REG_LINK</c> up to its zero, safe to show; null for other types.</summary>
    internal string? Text => Type is HiveValueType.String or HiveValueType.ExpandString or HiveValueType.Link ? UpToZero(Characters()) : null;

    /// <summary>The texts of a <c>REG_MULTI_SZ</c>, safe to show; null for other types.</summary>
    internal IReadOnlyList<string>? Texts => Type == HiveValueType.MultiString ? Split(Characters()) : null;

    /// <summary>The number of a <c>REG_DWORD</c>, <c>REG_DWORD_BIG_ENDIAN</c> or <c>REG_QWORD</c>; null for other types, and when data are missing.</summary>
    internal ulong? Number => Type switch
    {
        HiveValueType.QWord when _bytes.Length >= 8 => BinaryPrimitives.ReadUInt64LittleEndian(_bytes),
        HiveValueType.DWord when _bytes.Length >= 4 => BinaryPrimitives.ReadUInt32LittleEndian(_bytes),
        HiveValueType.DWordBigEndian when _bytes.Length >= 4 => BinaryPrimitives.ReadUInt32BigEndian(_bytes),
        _ => null,
    };

    /// <inheritdoc/>
    public bool Equals(RegistryData? other) => other is not null && other.Type == Type && other._bytes.AsSpan().SequenceEqual(_bytes);

    /// <inheritdoc/>
    public override bool Equals(object? obj) => Equals(obj as RegistryData);

    /// <inheritdoc/>
    public override int GetHashCode() => unchecked(((int)Type * 397) ^ _bytes.Length);

    internal static RegistryData DWord(uint number)
    {
        byte[] bytes = new byte[4];
        BinaryPrimitives.WriteUInt32LittleEndian(bytes, number);
        return new RegistryData(HiveValueType.DWord, bytes);
    }

    internal static RegistryData QWord(ulong number)
    {
        byte[] bytes = new byte[8];
        BinaryPrimitives.WriteUInt64LittleEndian(bytes, number);
        return new RegistryData(HiveValueType.QWord, bytes);
    }

    internal static RegistryData String(string text) => new(HiveValueType.String, Terminated(text));

    internal static RegistryData ExpandString(string text) => new(HiveValueType.ExpandString, Terminated(text));

    /// <exception cref="ArgumentException">A text is empty: it would end the list.</exception>
    internal static RegistryData MultiString(IReadOnlyList<string> texts)
    {
        if (texts.Any(text => text.Length == 0))
        {
            throw new ArgumentException("A list of texts in the registry ends at an empty one.", nameof(texts));
        }

        return new RegistryData(HiveValueType.MultiString, [.. texts.SelectMany(Terminated), 0, 0]);
    }

    internal static RegistryData Binary(byte[] bytes) => new(HiveValueType.Binary, bytes);

    private static byte[] Terminated(string text) =>
        text.IndexOf('\0') < 0 ? Encoding.Unicode.GetBytes(text + "\0") : throw new ArgumentException("A text of the registry holds no NUL.", nameof(text));

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

    // An odd byte at the end is no character.
    private string Characters() => Encoding.Unicode.GetString(_bytes, 0, _bytes.Length & ~1);
}
