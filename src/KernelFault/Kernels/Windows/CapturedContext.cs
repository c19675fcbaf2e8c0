using KernelFault.Dumps;
using KernelFault.Memory;

namespace KernelFault.Kernels.Windows;

/// <summary>Registers found in a dump, and where.</summary>
/// <param name="Origin">Which structure they come from.</param>
/// <param name="Registers">The registers.</param>
public sealed record CapturedContext(ContextOrigin Origin, RegisterSet Registers)
{
    /// <summary>Where the structure was in the crashed machine's memory; null for the header's context, which has no address.</summary>
    public VirtualAddress? Address { get; init; }

    /// <summary>True if the bug-check parameters prove that this is the fault: the instruction or the address that a parameter names is the one in this structure.</summary>
    public bool IsBugCheckFault { get; init; }

    /// <summary>True if the registers are those of user-mode code: where the thread entered the kernel.</summary>
    public bool IsUserMode { get; init; }

    /// <summary>The address a page fault was about, from the trap frame (CR2, FAR); null where the structure has none.</summary>
    /// <remarks>An exception frame has the field whatever the exception was: it means something for page faults only.</remarks>
    public VirtualAddress? FaultAddress { get; init; }
}
