using KernelFault.Memory;

namespace KernelFault.Kernels.Linux;

/// <summary>An instruction of kernel memory.</summary>
public sealed record DisassembledInstruction
{
    /// <summary>Where it is.</summary>
    public required VirtualAddress Address { get; init; }

    /// <summary>Its function and the distance from its start, such as <c>panic+0x10</c>; null when not known.</summary>
    public string? Symbol { get; init; }

    /// <summary>Its bytes in hexadecimal.</summary>
    public required string Bytes { get; init; }

    /// <summary>The instruction; <c>(bad)</c> for bytes that are none.</summary>
    public required string Text { get; init; }

    /// <summary>What a jump, a call or an address relative to the instruction leads to, such as <c>vfs_write+0x0</c>; null when it names nothing.</summary>
    public string? TargetSymbol { get; init; }

    /// <summary>That address; null when the instruction has none.</summary>
    public VirtualAddress? Target { get; init; }
}
