using KernelFault.Memory;

namespace KernelFault.Analysis;

/// <summary>The address that could not be used, and what it says.</summary>
public sealed record FaultAddress
{
    /// <summary>The address.</summary>
    public required VirtualAddress Address { get; init; }

    /// <summary>How it was used.</summary>
    public required AccessKind Access { get; init; }

    /// <summary>Which part of the address space it lies in.</summary>
    public required AddressRegion Region { get; init; }

    /// <summary>What that means, in a sentence: <c>write to [rcx+28h], rcx = 0: NULL pointer, field at +0x28</c>.</summary>
    public required string Explanation { get; init; }
}
