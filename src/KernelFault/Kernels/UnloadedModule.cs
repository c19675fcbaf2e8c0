using KernelFault.Memory;

namespace KernelFault.Kernels;

/// <summary>A driver that was unloaded before the crash; its code must not run any more.</summary>
public sealed record UnloadedModule
{
    /// <summary>File name as far as the kernel keeps it; control characters removed.</summary>
    public required string Name { get; init; }

    /// <summary>First byte it had in memory.</summary>
    public required VirtualAddress StartAddress { get; init; }

    /// <summary>The byte after its last.</summary>
    public required VirtualAddress EndAddress { get; init; }

    /// <summary>When it was unloaded, UTC; null where the dump does not say.</summary>
    public DateTime? UnloadTime { get; init; }

    /// <summary>True if <paramref name="address"/> lies in the range it had.</summary>
    /// <param name="address">Any address.</param>
    /// <returns>Whether it is inside.</returns>
    public bool Contains(VirtualAddress address) => address >= StartAddress && address < EndAddress;

    /// <inheritdoc/>
    public override string ToString() => Name;
}
