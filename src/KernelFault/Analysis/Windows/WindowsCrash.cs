using KernelFault.Dumps;
using KernelFault.Dumps.Windows;
using KernelFault.Kernels;
using KernelFault.Kernels.Windows;
using KernelFault.Knowledge;
using KernelFault.Unwinding;

namespace KernelFault.Analysis.Windows;

/// <summary>All that is known of one Windows crash before it is judged.</summary>
internal sealed record WindowsCrash
{
    internal required WindowsKernel Kernel { get; init; }

    internal required Architecture Architecture { get; init; }

    internal required WindowsDump Dump { get; init; }

    /// <summary>Names and structures of the kernel; null when none are at hand.</summary>
    internal ISymbolSource? Symbols { get; init; }

    internal required StopCode StopCode { get; init; }

    internal required BugCheckSemantics Semantics { get; init; }

    internal required Fault Fault { get; init; }

    internal FaultAddress? Address { get; init; }

    internal FaultInstruction? Instruction { get; init; }

    internal required FaultClass FaultClass { get; init; }

    internal required IReadOnlyList<StackFrame> Stack { get; init; }

    internal required DriverStanding Standing { get; init; }

    internal required KnowledgeBase KnowledgeBase { get; init; }

    /// <summary>The module of the faulting instruction; null when it is not known or lies in none.</summary>
    internal KernelModule? FaultingModule => Fault.InstructionPointer is { } pointer ? Kernel.ModuleAt(pointer) : null;

    /// <summary>True for damage that shows long after it was done, in code that had no part in it.</summary>
    internal bool IsLateDamage => FaultClass is FaultClass.PoolCorruption or FaultClass.MemoryCorruption;
}
