namespace KernelFault.Kernels.Linux.Types;

/// <summary>Where a member of a kernel structure is.</summary>
internal readonly struct KernelMember
{
    internal KernelMember(uint typeId, ulong bitOffset, uint bitSize)
    {
        TypeId = typeId;
        BitOffset = bitOffset;
        BitSize = bitSize;
    }

    /// <summary>Its type.</summary>
    internal uint TypeId { get; }

    /// <summary>Where it begins, in bits from the start of the structure asked for.</summary>
    internal ulong BitOffset { get; }

    /// <summary>How many bits it has when it is a bit field; 0 when it is none.</summary>
    internal uint BitSize { get; }

    /// <summary>The byte it begins in, from the start of the structure asked for.</summary>
    internal uint Offset => (uint)(BitOffset / 8);
}
