namespace KernelFault.Kernels.Linux.Types;

/// <summary>What a member of a structure holds.</summary>
public sealed record KernelMemberValue
{
    /// <summary>Its name.</summary>
    public string Name { get; init; } = string.Empty;

    /// <summary>Its type as in C.</summary>
    public string TypeName { get; init; } = string.Empty;

    /// <summary>Where it begins, in bytes from the start of the structure; of a bit field, the byte it begins in.</summary>
    public uint Offset { get; init; }

    /// <summary>
    /// A number, truth value, text (an array of <c>char</c>), <see cref="KernelEnumeration"/>, <see cref="KernelPointer"/>,
    /// <see cref="KernelArray"/> or <see cref="KernelObject"/>; null when it is not in the dump.
    /// </summary>
    public object? Value { get; init; }
}
