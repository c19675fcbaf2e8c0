using KernelFault.Memory;

namespace KernelFault.Kernels.Linux;

/// <summary>A <c>BUG()</c> or <c>WARN()</c> in the kernel's source: an entry of its bug table.</summary>
public sealed record BugTableEntry
{
    /// <summary>The entry itself.</summary>
    public required VirtualAddress Address { get; init; }

    /// <summary>The instruction that raises it.</summary>
    public required VirtualAddress Instruction { get; init; }

    /// <summary>True for a warning (<c>BUGFLAG_WARNING</c>), false for a <c>BUG()</c>.</summary>
    public required bool IsWarning { get; init; }

    /// <summary>The source file as the compiler was given it; null for a kernel without <c>CONFIG_DEBUG_BUGVERBOSE</c>.</summary>
    public string? File { get; init; }

    /// <summary>The line; null when <see cref="File"/> is.</summary>
    public int? Line { get; init; }

    /// <summary>The condition that the source warns of (<c>CONFIG_DEBUG_BUGVERBOSE_DETAILED</c> or a format of 6.19 and later); null when not kept.</summary>
    public string? Format { get; init; }

    /// <summary>The module whose table it is in; null for the kernel image.</summary>
    public string? Module { get; init; }
}
