using System.Buffers.Binary;
using System.Globalization;
using System.Text;

namespace KernelFault.Formats.Btf;

/// <summary>
/// BTF, the type description that a kernel carries in its own memory, between <c>__start_BTF</c> and <c>__stop_BTF</c>.
/// </summary>
/// <remarks>
/// A header (<c>struct btf_header</c>), records of 12 bytes and more, one after the other and numbered from 1, and their names, each
/// ended by a zero byte. A module's BTF is split: its types and strings go on where those of the kernel end.
/// Nothing says where a record begins but the length of those before it, so one pass over some 130,000 records notes where each
/// is (4 bytes a record) and which have a name to be asked for; it takes about a millisecond and is made when first needed. Names are
/// unique, so that a type is found by where its name is: one search through the names, one through the noted numbers.
/// Described in the kernel's <c>Documentation/bpf/btf.rst</c>.
/// </remarks>
internal sealed class BtfFile
{
    private const ushort Magic = 0xeb9f;
    private const ushort MagicOfBigEndian = 0x9feb;
    private const int HeaderSize = 24;
    private const int HeadSize = 12;
    private const int MaximumNameLength = 512;

    // A struct that refers to itself through typedefs and qualifiers only cannot be written in C.
    private const int MaximumIndirections = 64;

    private readonly byte[] _bytes;
    private readonly BtfFile? _base;
    private readonly int _typesStart;
    private readonly int _typesEnd;
    private readonly int _namesStart;
    private readonly int _namesEnd;
    private readonly uint _firstName;
    private BtfIndex? _index;

    /// <summary>Checks the header. Nothing else is looked at before it is asked for.</summary>
    /// <param name="path">What to call the file in an error.</param>
    /// <param name="bytes">The whole of it; kept, not copied.</param>
    /// <param name="kernel">For a module: the kernel's own BTF, whose types and strings it goes on from. Null otherwise.</param>
    /// <exception cref="DumpFormatException">It is no BTF, or of a byte order or version that is not read.</exception>
    internal BtfFile(string path, byte[] bytes, BtfFile? kernel = null)
    {
        Path = path;
        _bytes = bytes;
        _base = kernel;
        ushort magic = bytes.Length < HeaderSize ? (ushort)0 : BinaryPrimitives.ReadUInt16LittleEndian(bytes);
        if (magic != Magic)
        {
            throw new DumpFormatException(path, 0, magic == MagicOfBigEndian
                ? "BTF of a big-endian machine; only little-endian ones are read"
                : "BTF expected: the bytes 9F EB and a header of 24 bytes");
        }

        if (bytes[2] != 1)
        {
            throw new DumpFormatException(path, 2, "version 1 of BTF expected, not " + bytes[2].ToString(CultureInfo.InvariantCulture));
        }

        uint headerLength = Word(4);
        _typesStart = Section(8, headerLength, out _typesEnd);
        _namesStart = Section(16, headerLength, out _namesEnd);
        _firstName = kernel?.NamesEndOffset ?? 0;
    }

    /// <summary>What the file is called in an error.</summary>
    internal string Path { get; }

    /// <summary>One more than the highest type number. Makes the pass over the records.</summary>
    internal uint TypeCount => FirstType + (uint)Index.Positions.Length;

    /// <summary>What the pass over the records could not make sense of; null when they are whole.</summary>
    internal string? Damage => Index.Damage;

    /// <summary>The number of the first type in this file: 1, or for a module's BTF one more than the kernel's last.</summary>
    internal uint FirstType => _base?.TypeCount ?? 1;

    private uint NamesEndOffset => _firstName + (uint)(_namesEnd - _namesStart);

    private BtfIndex Index => _index ??= BtfIndex.Make(_bytes, _typesStart, _typesEnd);

    /// <summary>Finds a type by its name.</summary>
    /// <param name="name">As in C, without the word <c>struct</c>.</param>
    /// <param name="kinds">Which kinds will do, a bit each: <c>1 &lt;&lt; (int)BtfKind.Struct</c>.</param>
    /// <returns>Its number; 0 when there is none. The first one when several modules' types were merged.</returns>
    internal uint FindType(string name, uint kinds)
    {
        if (name.Length is 0 or > MaximumNameLength)
        {
            return 0;
        }

        byte[] text = Encoding.UTF8.GetBytes(name + "\0");
        uint found = _base?.FindType(text, kinds, this) ?? 0;
        return found != 0 ? found : FindType(text, kinds, this);
    }

    /// <summary>The head of a type.</summary>
    /// <param name="id">Its number.</param>
    /// <param name="type">The head; <c>void</c> when there is none.</param>
    /// <returns>False for 0 (<c>void</c>) and for a number that no record has.</returns>
    internal bool TryGetType(uint id, out BtfType type)
    {
        if (id < FirstType)
        {
            type = default;
            return _base is not null && _base.TryGetType(id, out type);
        }

        uint[] positions = Index.Positions;
        if (id - FirstType >= (uint)positions.Length)
        {
            type = default;
            return false;
        }

        uint position = positions[id - FirstType];
        type = new BtfType(id, Word(position), Word(position + 4), Word(position + 8), position + HeadSize);
        return true;
    }

    /// <summary>Looks through typedefs, qualifiers and tags.</summary>
    /// <param name="id">A type's number.</param>
    /// <param name="type">What it is in the end.</param>
    /// <returns>False for <c>void</c>, a missing type and a chain that does not end.</returns>
    internal bool TryResolve(uint id, out BtfType type)
    {
        for (int i = 0; i < MaximumIndirections; i++)
        {
            if (!TryGetType(id, out type))
            {
                return false;
            }

            if (!type.IsTransparent)
            {
                return true;
            }

            id = type.SizeOrType;
        }

        type = default;
        return false;
    }

    /// <summary>A member of a structure or union.</summary>
    /// <param name="type">The structure or union.</param>
    /// <param name="index">From 0 to one less than its count.</param>
    internal BtfMember Member(in BtfType type, int index)
    {
        BtfFile file = FileOf(type.Id);
        uint position = type.Position + (uint)(12 * index);
        uint place = file.Word(position + 8);
        return type.Flag
            ? new BtfMember(file.Word(position), file.Word(position + 4), place & 0x00ff_ffff, place >> 24)
            : new BtfMember(file.Word(position), file.Word(position + 4), place, 0);
    }

    /// <summary>A parameter of a function.</summary>
    /// <param name="type">The prototype.</param>
    /// <param name="index">From 0 to one less than its count.</param>
    internal BtfParameter Parameter(in BtfType type, int index)
    {
        BtfFile file = FileOf(type.Id);
        uint position = type.Position + (uint)(8 * index);
        return new BtfParameter(file.Word(position), file.Word(position + 4));
    }

    /// <summary>What an array is of.</summary>
    /// <param name="type">The array.</param>
    internal BtfArray Array(in BtfType type)
    {
        BtfFile file = FileOf(type.Id);
        return new BtfArray(file.Word(type.Position), file.Word(type.Position + 8));
    }

    /// <summary>The word after an integer's head: bits 0 to 7 its size in bits, 16 to 23 its first bit, 24 to 27 signed, character, truth value.</summary>
    /// <param name="type">The integer.</param>
    internal uint IntegerEncoding(in BtfType type) => FileOf(type.Id).Word(type.Position);

    /// <summary>An enumerator.</summary>
    /// <param name="type">The enumeration.</param>
    /// <param name="index">From 0 to one less than its count.</param>
    /// <param name="value">Its value; unsigned ones above 2^63 wrap.</param>
    /// <returns>Where its name is among the strings.</returns>
    internal uint Enumerator(in BtfType type, int index, out long value)
    {
        BtfFile file = FileOf(type.Id);
        uint position = type.Position + (uint)((type.Kind == BtfKind.Enum64 ? 12 : 8) * index);
        uint low = file.Word(position + 4);
        value = type.Kind == BtfKind.Enum64 ? (long)(low | ((ulong)file.Word(position + 8) << 32)) : type.Flag ? (int)low : low;
        return file.Word(position);
    }

    /// <summary>A name.</summary>
    /// <param name="offset">Where it is among the strings.</param>
    /// <returns>Clean text; empty when it has none.</returns>
    internal string Name(uint offset)
    {
        ReadOnlySpan<byte> name = RawName(offset);
        return name.IsEmpty ? string.Empty : PrintableText.Clean(Encoding.UTF8.GetString(name.ToArray()));
    }

    /// <summary>Whether a name is this one.</summary>
    /// <param name="offset">Where it is among the strings.</param>
    /// <param name="text">In UTF-8.</param>
    internal bool NameIs(uint offset, ReadOnlySpan<byte> text)
    {
        if (offset < _firstName)
        {
            return _base!.NameIs(offset, text);
        }

        uint start = offset - _firstName;
        ReadOnlySpan<byte> names = _bytes.AsSpan(_namesStart, _namesEnd - _namesStart);
        return start < names.Length
            && names.Length - start > text.Length
            && names.Slice((int)start, text.Length).SequenceEqual(text)
            && names[(int)start + text.Length] == 0;
    }

    private ReadOnlySpan<byte> RawName(uint offset)
    {
        if (offset < _firstName)
        {
            return _base!.RawName(offset);
        }

        uint start = offset - _firstName;
        if (start >= _namesEnd - _namesStart)
        {
            return default;
        }

        ReadOnlySpan<byte> rest = _bytes.AsSpan(_namesStart + (int)start, Math.Min(_namesEnd - _namesStart - (int)start, MaximumNameLength));
        int end = rest.IndexOf((byte)0);
        return end < 0 ? rest : rest.Slice(0, end);
    }

    // A name is searched for in the strings of this file; a type that has it may be here or, for a module, also in 'asked'.
    private uint FindType(byte[] nameAndZero, uint kinds, BtfFile asked)
    {
        ReadOnlySpan<byte> names = _bytes.AsSpan(_namesStart, _namesEnd - _namesStart);
        int start = 0;
        while (true)
        {
            int next = names.Slice(start).IndexOf(nameAndZero);
            if (next < 0)
            {
                return 0;
            }

            start += next;
            // A module's strings begin with a name, the kernel's with the empty one.
            if (start == 0 || names[start - 1] == 0)
            {
                uint offset = _firstName + (uint)start;
                uint found = FindNamed(offset, kinds);
                if (found == 0 && !ReferenceEquals(asked, this))
                {
                    found = asked.FindNamed(offset, kinds);
                }

                if (found != 0)
                {
                    return found;
                }
            }

            start += nameAndZero.Length;
        }
    }

    private uint FindNamed(uint nameOffset, uint kinds)
    {
        BtfIndex index = Index;
        int from = 0;
        while (from < index.NamedCount)
        {
            int next = index.NameOffsets.AsSpan(from, index.NamedCount - from).IndexOf(nameOffset);
            if (next < 0)
            {
                return 0;
            }

            uint id = FirstType + index.NamedTypes[from + next];
            if (TryGetType(id, out BtfType type) && (kinds & (1u << (int)type.Kind)) != 0)
            {
                return id;
            }

            from += next + 1;
        }

        return 0;
    }

    private BtfFile FileOf(uint id) => _base is not null && id < FirstType ? _base.FileOf(id) : this;

    private uint Word(uint position) => BinaryPrimitives.ReadUInt32LittleEndian(_bytes.AsSpan((int)position));

    private int Section(uint field, uint headerLength, out int end)
    {
        long start = (long)headerLength + Word(field);
        uint length = Word(field + 4);
        if (headerLength < HeaderSize || start > _bytes.Length || length > _bytes.Length - start)
        {
            throw new DumpFormatException(Path, field, string.Format(
                CultureInfo.InvariantCulture,
                "a section within the {0} bytes of the BTF expected, not {1} bytes at {2}",
                _bytes.Length,
                length,
                start));
        }

        end = (int)(start + length);
        return (int)start;
    }
}
