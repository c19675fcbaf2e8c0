namespace KernelFault.Formats.Btf;

/// <summary>One member of a structure or union (<c>struct btf_member</c>).</summary>
internal readonly struct BtfMember
{
    internal BtfMember(uint nameOffset, uint typeId, uint bitOffset, uint bitSize)
    {
        NameOffset = nameOffset;
        TypeId = typeId;
        BitOffset = bitOffset;
        BitSize = bitSize;
    }

    /// <summary>Where its name is among the strings, in bytes; 0 for an anonymous structure or union.</summary>
    internal uint NameOffset { get; }

    /// <summary>Its type.</summary>
    internal uint TypeId { get; }

    /// <summary>Where it begins, in bits from the start of the structure.</summary>
    internal uint BitOffset { get; }

    /// <summary>How many bits it has when it is a bit field; 0 when it is none.</summary>
    internal uint BitSize { get; }
}
