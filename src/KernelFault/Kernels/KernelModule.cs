using KernelFault.Memory;

namespace KernelFault.Kernels;

/// <summary>A loaded driver or kernel image.</summary>
public sealed record KernelModule
{
    /// <summary>File name, such as <c>amdppm.sys</c>; control characters removed.</summary>
    public required string Name { get; init; }

    /// <summary>The path the loader recorded, such as <c>\SystemRoot\system32\drivers\amdppm.sys</c>; null when the dump has the name only.</summary>
    public string? Path { get; init; }

    /// <summary>First byte in memory.</summary>
    public required VirtualAddress BaseAddress { get; init; }

    /// <summary>Size in memory, in bytes.</summary>
    public required uint Size { get; init; }

    /// <summary><c>TimeDateStamp</c> of the image, a hash for reproducible builds; null when not recorded.</summary>
    public uint? TimeDateStamp { get; init; }

    /// <summary><see cref="TimeDateStamp"/> as a date, UTC; null when it is not recorded or cannot be a link date (Microsoft's reproducible builds).</summary>
    public DateTime? LinkTime { get; init; }

    /// <summary><c>CheckSum</c> of the image; null when not recorded.</summary>
    public uint? CheckSum { get; init; }

    /// <summary>File version, such as <c>10.0.19041.3803</c>; null when the dump does not hold it.</summary>
    public string? FileVersion { get; init; }

    /// <summary>PDB GUID and age, or an ELF build id, in the form symbol stores use; null when not recorded.</summary>
    public string? BuildId { get; init; }

    /// <summary>True for a part of Windows, false for third-party code, null when neither is known.</summary>
    public bool? IsOperatingSystem { get; init; }

    /// <summary>True if <paramref name="address"/> lies in the image.</summary>
    /// <param name="address">Any address.</param>
    /// <returns>Whether it is inside.</returns>
    public bool Contains(VirtualAddress address) => address - BaseAddress < Size;

    /// <inheritdoc/>
    public override string ToString() => Name;
}
