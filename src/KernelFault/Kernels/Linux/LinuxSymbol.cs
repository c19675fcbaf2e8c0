using System.Globalization;
using KernelFault.Memory;

namespace KernelFault.Kernels.Linux;

/// <summary>A symbol of the kernel image or of a module.</summary>
public sealed record LinuxSymbol
{
    /// <summary>Its name, suffixes such as <c>.constprop.0</c> kept; control characters escaped.</summary>
    public required string Name { get; init; }

    /// <summary>Where it begins. Of a zero-based per-CPU variable (x86 up to 6.14), its offset in each processor's area.</summary>
    public required VirtualAddress Address { get; init; }

    /// <summary>Bytes up to the next symbol that begins elsewhere, padding included; null when nothing follows.</summary>
    public ulong? Size { get; init; }

    /// <summary>The letter that <c>nm</c> and <c>/proc/kallsyms</c> show: <c>T</c> code, <c>D</c> data, <c>A</c> absolute, lower case when local.</summary>
    public required char Type { get; init; }

    /// <summary>The module it belongs to; null for the kernel image.</summary>
    public string? Module { get; init; }

    /// <summary>A place as the kernel prints it, such as <c>ext4_find_entry+0x1c [ext4]</c>.</summary>
    /// <param name="address">An address from the symbol's on.</param>
    /// <returns>Name, distance in hexadecimal, and the module when there is one.</returns>
    public string PlaceOf(VirtualAddress address) =>
        Name + "+0x" + (address - Address).ToString("x", CultureInfo.InvariantCulture) + (Module is null ? string.Empty : " [" + Module + "]");

    /// <inheritdoc/>
    public override string ToString() => Module is null ? Name : Name + " [" + Module + "]";
}
