using KernelFault.Memory;

namespace KernelFault.Dumps.Process;

/// <summary>A program or library that the process had loaded.</summary>
public sealed record ProcessModule
{
    /// <summary>File name; control characters escaped.</summary>
    public required string Name { get; init; }

    /// <summary>Path as the loader recorded it; control characters escaped.</summary>
    public required string Path { get; init; }

    /// <summary>First byte in memory.</summary>
    public required VirtualAddress BaseAddress { get; init; }

    /// <summary>Size in memory, in bytes.</summary>
    public required uint Size { get; init; }

    /// <summary><c>TimeDateStamp</c> of a PE image; null for ELF.</summary>
    public uint? TimeDateStamp { get; init; }

    /// <summary><c>CheckSum</c> of a PE image; null for ELF or when it is 0.</summary>
    public uint? CheckSum { get; init; }

    /// <summary>File version, such as <c>10.0.19041.3803</c>; null when the dump does not hold it.</summary>
    public string? FileVersion { get; init; }

    /// <summary>PDB GUID and age, or ELF build id in hexadecimal; null when the dump does not hold it.</summary>
    public string? BuildId { get; init; }

    /// <summary>True if <paramref name="address"/> lies in the image.</summary>
    /// <param name="address">Any address.</param>
    /// <returns>Whether it is inside.</returns>
    public bool Contains(VirtualAddress address) => address - BaseAddress < Size;

    /// <inheritdoc/>
    public override string ToString() => Name;
}
