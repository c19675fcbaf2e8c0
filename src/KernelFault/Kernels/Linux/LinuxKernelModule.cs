using KernelFault.Memory;

namespace KernelFault.Kernels.Linux;

/// <summary>A module in the kernel's list.</summary>
public sealed record LinuxKernelModule
{
    /// <summary>Its name, such as <c>ext4</c>; control characters escaped.</summary>
    public required string Name { get; init; }

    /// <summary>Its <c>struct module</c>.</summary>
    public required VirtualAddress Address { get; init; }

    /// <summary>Where its code begins; null when it has none in memory.</summary>
    public VirtualAddress? BaseAddress { get; init; }

    /// <summary>Bytes of all its memory but what is freed after initialisation.</summary>
    public required ulong Size { get; init; }

    /// <summary>Where it is in its life.</summary>
    public required LinuxModuleState State { get; init; }

    /// <summary>Its memory, piece by piece; since 6.4 the pieces need not lie together.</summary>
    public required IReadOnlyList<LinuxModuleMemory> MemoryRanges { get; init; }

    /// <summary><c>MODULE_VERSION</c>; null when it has none.</summary>
    public string? Version { get; init; }

    /// <summary><c>srcversion</c>, a hash of its source; null when it has none.</summary>
    public string? SourceVersion { get; init; }

    /// <summary>Letters of the taints that it brought: <c>P</c> proprietary, <c>O</c> out of tree, <c>E</c> unsigned, …; empty for none.</summary>
    public string Taint { get; init; } = string.Empty;

    /// <summary>The build id of its image in lower-case hexadecimal; null when the kernel does not keep it (<c>CONFIG_STACKTRACE_BUILD_ID</c>).</summary>
    public string? BuildId { get; init; }

    /// <summary>How many parameters it has; null when not known.</summary>
    public uint? ParameterCount { get; init; }

    /// <summary>The arguments it was loaded with; null when it had none.</summary>
    public string? Arguments { get; init; }

    /// <summary>True if <paramref name="address"/> lies in its memory.</summary>
    /// <param name="address">Any address.</param>
    /// <returns>Whether it is inside.</returns>
    public bool Contains(VirtualAddress address) => MemoryAt(address) is not null;

    /// <summary>The piece of its memory that an address lies in.</summary>
    /// <param name="address">Any address.</param>
    /// <returns>The piece; null when it lies in none.</returns>
    public LinuxModuleMemory? MemoryAt(VirtualAddress address)
    {
        foreach (LinuxModuleMemory range in MemoryRanges)
        {
            if (range.Contains(address))
            {
                return range;
            }
        }

        return null;
    }

    /// <inheritdoc/>
    public override string ToString() => Name;
}
