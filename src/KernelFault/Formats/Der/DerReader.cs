using System.Buffers.Binary;
using System.Globalization;
using System.Text;

namespace KernelFault.Formats.Der;

// ITU-T X.690, the distinguished encoding: identifier octet, length (one octet below 0x80, else 0x80 + how many octets follow, the
// highest first), contents. Lengths left open (0x80) are not DER and occur in no signature that Windows or the Linux kernel takes.
// Depth is the caller's: nothing here calls itself.

/// <summary>Reads the elements of one level, in order.</summary>
/// <param name="bytes">The elements.</param>
/// <param name="path">The file, for messages.</param>
/// <param name="origin">File offset of the first byte.</param>
internal sealed class DerReader(ReadOnlyMemory<byte> bytes, string path, long origin)
{
    private const int MaximumIdentifier = 64;
    private int _position;

    internal bool IsAtEnd => _position >= bytes.Length;

    /// <summary>Identifier of the next element; -1 at the end.</summary>
    internal int Tag => IsAtEnd ? -1 : bytes.Span[_position];

    /// <summary>The next element's contents.</summary>
    /// <exception cref="DumpFormatException">It is another element, or reaches past the end.</exception>
    internal ReadOnlyMemory<byte> Take(int tag)
    {
        int header = Measure(tag, out int length);
        ReadOnlyMemory<byte> contents = bytes.Slice(_position + header, length);
        _position += header + length;
        return contents;
    }

    /// <summary>The next element with its header.</summary>
    /// <exception cref="DumpFormatException">There is none, or it reaches past the end.</exception>
    internal ReadOnlyMemory<byte> TakeWhole()
    {
        int start = _position;
        int header = Measure(Tag, out int length);
        _position += header + length;
        return bytes.Slice(start, header + length);
    }

    /// <summary>The elements inside the next one.</summary>
    /// <exception cref="DumpFormatException">It is another element, or reaches past the end.</exception>
    internal DerReader Enter(int tag)
    {
        int start = _position;
        ReadOnlyMemory<byte> contents = Take(tag);
        return new DerReader(contents, path, origin + start + (_position - start - contents.Length));
    }

    /// <summary>The elements inside the next one; null when it is another.</summary>
    internal DerReader? TryEnter(int tag) => Tag == tag ? Enter(tag) : null;

    internal void Skip() => TakeWhole();

    /// <summary>Skips the next element if it is this one.</summary>
    internal void SkipIf(int tag)
    {
        if (Tag == tag)
        {
            Skip();
        }
    }

    internal string ObjectIdentifier()
    {
        ReadOnlySpan<byte> octets = Take(DerTag.ObjectIdentifier).Span;
        var text = new StringBuilder();
        ulong arc = 0;
        for (int i = 0; i < octets.Length; i++)
        {
            if (octets.Length > MaximumIdentifier || arc > ulong.MaxValue >> 8)
            {
                throw Damage("expected an object identifier of common length.");
            }

            arc = (arc << 7) | (octets[i] & 0x7Fu);
            if ((octets[i] & 0x80) != 0)
            {
                continue;
            }

            if (text.Length == 0)
            {
                ulong first = Math.Min(arc / 40, 2);
                text.Append(first);
                arc -= first * 40;
            }

            text.Append('.').Append(arc.ToString(CultureInfo.InvariantCulture));
            arc = 0;
        }

        return text.ToString();
    }

    /// <summary>The object identifier that an AlgorithmIdentifier starts with.</summary>
    internal string Algorithm() => Enter(DerTag.Sequence).ObjectIdentifier();

    /// <summary>A UTCTime or GeneralizedTime in UTC.</summary>
    internal DateTimeOffset Time()
    {
        bool twoDigits = Tag == DerTag.UtcTime;
        string text = Ascii(Take(twoDigits ? DerTag.UtcTime : DerTag.GeneralizedTime).Span);
        if (twoDigits && text.Length >= 2)
        {
            // X.509: 50 to 99 are of the last century.
            text = (text[0] >= '5' ? "19" : "20") + text;
        }

        return DateTimeOffset.TryParseExact(
            text, ["yyyyMMddHHmmss'Z'", "yyyyMMddHHmm'Z'", "yyyyMMddHHmmss.FFFFFFF'Z'"], CultureInfo.InvariantCulture, DateTimeStyles.AssumeUniversal, out DateTimeOffset time)
            ? time
            : throw Damage("expected a time in UTC.");
    }

    /// <summary>A character string of any of the usual kinds, safe to show; hexadecimal digits for other elements.</summary>
    internal string Text()
    {
        int tag = Tag;
        ReadOnlySpan<byte> contents = Take(tag).Span;
        contents = contents.Slice(0, Math.Min(contents.Length, PrintableText.MaximumLength * 2));
        string text = tag switch
        {
            DerTag.Utf8String => Encoding.UTF8.GetString(contents.ToArray()),
            DerTag.BmpString => Encoding.BigEndianUnicode.GetString(contents.ToArray()),
            DerTag.PrintableString or DerTag.IA5String or DerTag.TeletexString => Ascii(contents),
            _ => Hexadecimal.Of(contents),
        };
        return PrintableText.Clean(text);
    }

    internal DumpFormatException Damage(string expected) => new(path, origin + Math.Min(_position, bytes.Length), "signature: " + expected);

    // Latin-1: TeletexString holds it in practice.
    private static string Ascii(ReadOnlySpan<byte> bytes)
    {
        char[] text = new char[bytes.Length];
        for (int i = 0; i < text.Length; i++)
        {
            text[i] = (char)bytes[i];
        }

        return new string(text);
    }

    private int Measure(int tag, out int length)
    {
        ReadOnlySpan<byte> rest = bytes.Span.Slice(Math.Min(_position, bytes.Length));
        if (rest.Length < 2 || rest[0] != tag || (rest[0] & 0x1F) == 0x1F)
        {
            throw Damage(FormattableString.Invariant($"expected element 0x{tag:x2}, found {(rest.Length < 2 ? "the end" : FormattableString.Invariant($"0x{rest[0]:x2}"))}."));
        }

        int header = 2;
        uint value = rest[1];
        if (value >= 0x80)
        {
            int octets = (int)value - 0x80;
            if (octets is 0 or > 4 || rest.Length < 2 + octets)
            {
                throw Damage("expected a length of 1 to 4 octets.");
            }

            Span<byte> wide = stackalloc byte[4];
            rest.Slice(2, octets).CopyTo(wide.Slice(4 - octets));
            value = BinaryPrimitives.ReadUInt32BigEndian(wide);
            header += octets;
        }

        if (value > rest.Length - header)
        {
            throw Damage(FormattableString.Invariant($"an element of {value} bytes reaches past its end."));
        }

        length = (int)value;
        return header;
    }
}
