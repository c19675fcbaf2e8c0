using KernelFault.Memory;

namespace KernelFault.Kernels.Windows;

/// <summary>What a dump holds of a process object other than the current one.</summary>
public sealed record ProcessObject
{
    /// <summary>Where its <c>EPROCESS</c> is.</summary>
    public required VirtualAddress Address { get; init; }

    /// <summary><c>ImageFileName</c>: 15 characters at most, control characters removed.</summary>
    public required string ImageFileName { get; init; }

    /// <summary><c>UniqueProcessId</c>; null when it is not in the dump or cannot be one.</summary>
    public ulong? ProcessId { get; init; }

    /// <summary><c>ExitStatus</c>: an NTSTATUS or a number of the program's own; null when it is not in the dump or its place is not known for the build.</summary>
    public uint? ExitStatus { get; init; }
}
