namespace KernelFault.Formats.Btf;

/// <summary>The head of one BTF record (<c>struct btf_type</c>); what follows it is read by <see cref="BtfFile"/>.</summary>
internal readonly struct BtfType
{
    // Bits 0 to 15 count what follows and bits 24 to 28 hold the kind; 16 to 23, 29 and 30 were zero until they were given to
    // the two. Bit 31 is the kind's own flag.
    private const uint CountMask = 0x00ff_ffff;
    private const int KindShift = 24;
    private const uint KindMask = 0x7f;
    private const uint FlagBit = 0x8000_0000;

    private readonly uint _info;

    internal BtfType(uint id, uint nameOffset, uint info, uint sizeOrType, uint position)
    {
        Id = id;
        NameOffset = nameOffset;
        _info = info;
        SizeOrType = sizeOrType;
        Position = position;
    }

    /// <summary>Its number among all types, those of a base file included; 0 is <c>void</c>.</summary>
    internal uint Id { get; }

    /// <summary>Where its name is among the strings, in bytes; 0 when it has none.</summary>
    internal uint NameOffset { get; }

    /// <summary>What it is.</summary>
    internal BtfKind Kind => (BtfKind)((_info >> KindShift) & KindMask);

    /// <summary>How many members, enumerators, parameters or variables follow.</summary>
    internal int Count => (int)(_info & CountMask);

    /// <summary>
    /// For structures and unions: members carry a bit-field size. For enumerations: values are signed. For a forward: it is a union.
    /// </summary>
    internal bool Flag => (_info & FlagBit) != 0;

    /// <summary>Bytes it takes (integer, structure, union, enumeration, float) or the type it refers to (pointer, typedef, qualifier, function, variable).</summary>
    internal uint SizeOrType { get; }

    /// <summary>Where what follows the head begins, in bytes from the start of the file it is in.</summary>
    internal uint Position { get; }

    /// <summary>Whether it is a structure or a union.</summary>
    internal bool IsComposite => Kind is BtfKind.Struct or BtfKind.Union;

    /// <summary>Whether it only qualifies or renames the type it refers to.</summary>
    internal bool IsTransparent => Kind is BtfKind.Typedef or BtfKind.Const or BtfKind.Volatile or BtfKind.Restrict or BtfKind.TypeTag;

    /// <summary>Bytes that follow the head of a record.</summary>
    /// <param name="info">The head's second word.</param>
    /// <returns>-1 for a kind that is not known, so that the next record cannot be found.</returns>
    internal static long TrailingBytes(uint info)
    {
        long count = info & CountMask;
        return (BtfKind)((info >> KindShift) & KindMask) switch
        {
            BtfKind.Int or BtfKind.Variable or BtfKind.DeclarationTag => 4,
            BtfKind.Array => 12,
            BtfKind.Struct or BtfKind.Union or BtfKind.DataSection or BtfKind.Enum64 => 12 * count,
            BtfKind.Enum or BtfKind.FunctionPrototype => 8 * count,
            BtfKind.Pointer or BtfKind.Forward or BtfKind.Typedef or BtfKind.Volatile or BtfKind.Const or BtfKind.Restrict
                or BtfKind.Function or BtfKind.Float or BtfKind.TypeTag => 0,
            _ => -1,
        };
    }

    /// <summary>Whether a record of this head is found by its name alone.</summary>
    /// <param name="info">The head's second word.</param>
    internal static bool IsNamedType(uint info) => (BtfKind)((info >> KindShift) & KindMask)
        is BtfKind.Struct or BtfKind.Union or BtfKind.Enum or BtfKind.Enum64 or BtfKind.Typedef or BtfKind.Int or BtfKind.Float;
}
