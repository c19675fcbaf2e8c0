using KernelFault.Memory;

namespace KernelFault.Kernels.Windows;

/// <summary>An I/O request packet, and the driver that holds it.</summary>
public sealed record PendingIrp
{
    /// <summary>Where the packet is.</summary>
    public required VirtualAddress Address { get; init; }

    /// <summary><c>StackCount</c>: how many drivers it may pass.</summary>
    public required byte StackCount { get; init; }

    /// <summary><c>CurrentLocation</c>: how far down it got, 1 for the lowest.</summary>
    public required byte CurrentLocation { get; init; }

    /// <summary><c>MajorFunction</c> of the current location, an <c>IRP_MJ_</c> number; null when it is not in the dump.</summary>
    public byte? MajorFunction { get; init; }

    /// <summary><c>MinorFunction</c> of the current location; null when it is not in the dump.</summary>
    public byte? MinorFunction { get; init; }

    /// <summary>The device that the current location is for; null when it is not in the dump.</summary>
    public VirtualAddress? Device { get; init; }

    /// <summary>The driver of that device; null when the dump does not lead there.</summary>
    public KernelModule? Driver { get; init; }
}
