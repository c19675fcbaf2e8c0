using KernelFault.Memory;
using KernelFault.Unwinding;

namespace KernelFault.Analysis.Linux.Vmcores;

/// <summary>A processor of the crashed machine: what it ran, and where it was.</summary>
public sealed record LinuxProcessor
{
    /// <summary>Its number, from 0.</summary>
    public required int Number { get; init; }

    /// <summary>True for the one that panicked.</summary>
    public required bool Panicked { get; init; }

    /// <summary>Name of the task it ran; null when it cannot be read.</summary>
    public string? TaskName { get; init; }

    /// <summary>Thread id of the task; 0 for an idle task, null when it cannot be read.</summary>
    public int? ThreadId { get; init; }

    /// <summary>Address of its <c>task_struct</c>; null when it cannot be read.</summary>
    public VirtualAddress? Task { get; init; }

    /// <summary>Its registers by name, as <c>0x</c> and 16 digits; null when the dump does not have them.</summary>
    public IReadOnlyDictionary<string, string>? Registers { get; init; }

    /// <summary>Its stack, the innermost frame first; empty when it cannot be walked, or it ran a program.</summary>
    public required IReadOnlyList<StackFrame> Stack { get; init; }

    /// <inheritdoc/>
    public override string ToString() => FormattableString.Invariant($"{Number}: {TaskName}");
}
