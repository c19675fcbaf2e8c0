using KernelFault.Dumps;
using KernelFault.Memory;

namespace KernelFault.Analysis.Windows;

/// <summary>What the dump says of the moment of the fault, before anything is concluded.</summary>
internal sealed record Fault
{
    /// <summary>The registers of the fault; null when the dump holds only those of the bug check itself.</summary>
    internal RegisterSet? Registers { get; init; }

    /// <summary>What they were read from, for a sentence; null with <see cref="Registers"/>.</summary>
    internal string? RegistersOrigin { get; init; }

    /// <summary>True when the structure that holds the registers also names the address that faulted, or goes with the record that does.</summary>
    internal bool RegistersProven { get; init; }

    /// <summary>The instruction; null when the stop code is not about one.</summary>
    internal VirtualAddress? InstructionPointer { get; init; }

    /// <summary>What it was read from, for a sentence; null with <see cref="InstructionPointer"/>.</summary>
    internal string? InstructionPointerOrigin { get; init; }

    /// <summary>The address that could not be used; null when there is none or the processor named none.</summary>
    internal VirtualAddress? Address { get; init; }

    /// <summary>How it was used, as the parameters say.</summary>
    internal AccessKind Access { get; init; }

    /// <summary>True when an access violation names no address: a general protection fault and not a page fault.</summary>
    internal bool IsProtectionFault { get; init; }

    /// <summary>The NTSTATUS of the exception; null when there is none.</summary>
    internal uint? Status { get; init; }

    /// <summary>The NTSTATUS of the disk operation behind an in-page error; null when there is none.</summary>
    internal uint? InPageStatus { get; init; }

    /// <summary>IRQL at the fault; null when not known.</summary>
    internal int? Irql { get; init; }
}
