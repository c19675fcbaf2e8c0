namespace KernelFault.Kernels.Linux.Types;

/// <summary>A member of a structure or union of the kernel.</summary>
public sealed record KernelMemberDescription
{
    /// <summary>Its name; empty for an anonymous structure or union.</summary>
    public string Name { get; init; } = string.Empty;

    /// <summary>Its type as in C, such as <c>struct list_head *</c>.</summary>
    public string TypeName { get; init; } = string.Empty;

    /// <summary>The member as in C, such as <c>char comm[16]</c>.</summary>
    public string Declaration { get; init; } = string.Empty;

    /// <summary>Where it begins, in bytes from the start of the outermost structure; of a bit field, the byte it begins in.</summary>
    public uint Offset { get; init; }

    /// <summary>Bytes it takes; null for a bit field and where it is not known.</summary>
    public uint? Size { get; init; }

    /// <summary>The first bit of a bit field in the byte at <see cref="Offset"/>; null when it is none.</summary>
    public int? BitOffset { get; init; }

    /// <summary>How many bits a bit field has; null when it is none.</summary>
    public int? BitSize { get; init; }

    /// <summary>What an anonymous structure or union is made of; empty for others.</summary>
    public IReadOnlyList<KernelMemberDescription> Members { get; init; } = [];
}
