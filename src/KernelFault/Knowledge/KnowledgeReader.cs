using System.Text;

namespace KernelFault.Knowledge;

/// <summary>Reads the JSON of the embedded data files, token by token.</summary>
/// <remarks>
/// Reads what the schemas of the data files allow and nothing more: objects, lists and texts without escapes. The first
/// use of System.Text.Json costs a cold start more than everything else a look-up does (about 10 ms), and a test has
/// already held the files against their schemas, so that here any surprise is a mistake of ours.
/// </remarks>
internal unsafe ref struct KnowledgeReader
{
    private readonly ReadOnlySpan<byte> _data;
    private int _position;

    /// <summary>A reader at the first byte of <paramref name="data"/>.</summary>
    internal KnowledgeReader(ReadOnlySpan<byte> data)
    {
        _data = data;
        _position = 0;
    }

    /// <summary>Enters the object that comes next.</summary>
    internal void EnterObject() => Expect((byte)'{');

    /// <summary>True if an object comes next.</summary>
    internal bool IsAtObject() => Peek() == '{';

    /// <summary>Moves to the next property of the object entered last.</summary>
    /// <returns>Its name; null at the object's end.</returns>
    internal string? NextProperty()
    {
        if (Peek() == ',')
        {
            _position++;
        }

        if (Peek() == '}')
        {
            _position++;
            return null;
        }

        string name = ReadText();
        Expect((byte)':');
        return name;
    }

    /// <summary>Enters the list that comes next.</summary>
    internal void EnterList() => Expect((byte)'[');

    /// <summary>Moves to the next element of the list entered last.</summary>
    /// <returns>False at the list's end.</returns>
    internal bool NextElement()
    {
        if (Peek() == ',')
        {
            _position++;
        }

        if (Peek() != ']')
        {
            return true;
        }

        _position++;
        return false;
    }

    /// <summary>Reads a text.</summary>
    internal string ReadText()
    {
        Expect((byte)'"');
        int length = _data.Slice(_position).IndexOf((byte)'"');
        ReadOnlySpan<byte> text = length < 0 ? throw Unexpected("a closing quotation mark") : _data.Slice(_position, length);
        if (text.IndexOf((byte)'\\') >= 0)
        {
            throw Unexpected("a text without escapes");
        }

        _position += length + 1;
        fixed (byte* first = text)
        {
            return length == 0 ? string.Empty : Encoding.UTF8.GetString(first, length);
        }
    }

    /// <summary>Reads true or false.</summary>
    internal bool ReadBoolean()
    {
        bool value = Peek() == 't';
        _position += value ? "true".Length : "false".Length;
        return value;
    }

    /// <summary>Reads a number without sign.</summary>
    internal int ReadNumber()
    {
        int value = 0;
        for (byte digit = Peek(); digit is >= (byte)'0' and <= (byte)'9'; digit = _data[++_position])
        {
            value = checked((value * 10) + digit - '0');
        }

        return value;
    }

    /// <summary>Reads a list of texts.</summary>
    internal string[] ReadTexts()
    {
        var texts = new List<string>();
        EnterList();
        while (NextElement())
        {
            texts.Add(ReadText());
        }

        return [.. texts];
    }

    /// <summary>Reads an object of values and meanings: <c>{ "0x0": "read", "0x3-0x5": "…" }</c>.</summary>
    internal BugCheckValue[] ReadValues()
    {
        var values = new List<BugCheckValue>();
        EnterObject();
        while (NextProperty() is { } range)
        {
            (ulong from, ulong to) = ParseRange(range);
            values.Add(new BugCheckValue(from, to, ReadText()));
        }

        return [.. values];
    }

    /// <summary>Parses <c>0x1A</c> or <c>0x10-0x1F</c>.</summary>
    internal static (ulong From, ulong To) ParseRange(string text)
    {
        int dash = text.IndexOf('-');
        return dash < 0 ? (ParseHex(text), ParseHex(text)) : (ParseHex(text.Substring(0, dash)), ParseHex(text.Substring(dash + 1)));
    }

    /// <summary>Parses <c>0x1A</c>.</summary>
    internal static ulong ParseHex(string text) => Convert.ToUInt64(text, 16);

    /// <summary>What to throw when a data file holds something else than its schema allows.</summary>
    internal readonly InvalidOperationException Unexpected(string expected) =>
        new($"A data file does not hold {expected} {_position} bytes into an entry.");

    private byte Peek()
    {
        while (_data[_position] is (byte)' ' or (byte)'\n' or (byte)'\r')
        {
            _position++;
        }

        return _data[_position];
    }

    private void Expect(byte token)
    {
        if (Peek() != token)
        {
            throw Unexpected($"'{(char)token}'");
        }

        _position++;
    }
}
