using KernelFault.Analysis.Linux;
using KernelFault.Dumps;
using KernelFault.Dumps.Windows;
using KernelFault.Kernels;
using KernelFault.Kernels.Windows;
using KernelFault.Unwinding;

namespace KernelFault.Analysis;

/// <summary>The answer: what happened, in which driver, how sure that is, why, and what to do next.</summary>
public sealed record KernelFaultAnalysis
{
    /// <summary>The file it was read from.</summary>
    public required string Path { get; init; }

    /// <summary>What kind of file that is.</summary>
    public required DumpKind Kind { get; init; }

    /// <summary>The crash in one line: <c>amdppm.sys+0x334c: read of a NULL pointer (SYSTEM_THREAD_EXCEPTION_NOT_HANDLED)</c>.</summary>
    public required string Title { get; init; }

    /// <summary>Same crash, same id, on every machine; see <c>docs/bucket-id.md</c> for the formula.</summary>
    public required string BucketId { get; init; }

    /// <summary>What kind of mistake or event it was.</summary>
    public required FaultClass FaultClass { get; init; }

    /// <summary>The bug check; null where there is none (Linux, processes).</summary>
    public StopCode? StopCode { get; init; }

    /// <summary>Name of the exception that ended it, such as <c>STATUS_ACCESS_VIOLATION</c>; null when none.</summary>
    public string? Exception { get; init; }

    /// <summary>Who is to blame; null when the file does not tell.</summary>
    public Culprit? Culprit { get; init; }

    /// <summary>The address that could not be used; null when the fault has none.</summary>
    public FaultAddress? Address { get; init; }

    /// <summary>The instruction that faulted; null when not known.</summary>
    public FaultInstruction? Instruction { get; init; }

    /// <summary>The stack, the innermost frame first; empty when the file has none.</summary>
    public required IReadOnlyList<StackFrame> Stack { get; init; }

    /// <summary>Registers of the fault by name, as <c>0x</c> and 16 digits; null when none.</summary>
    public IReadOnlyDictionary<string, string>? Registers { get; init; }

    /// <summary>The machine and when it crashed.</summary>
    public required SystemFacts System { get; init; }

    /// <summary>The evidence.</summary>
    public required IReadOnlyList<Finding> Findings { get; init; }

    /// <summary>What usually causes this, the likeliest first.</summary>
    public required IReadOnlyList<string> Causes { get; init; }

    /// <summary>What to do, in order.</summary>
    public required IReadOnlyList<NextStep> NextSteps { get; init; }

    /// <summary>What was missing, damaged or not read.</summary>
    public required IReadOnlyList<string> Warnings { get; init; }

    /// <summary>Loaded drivers, the kernel first.</summary>
    public required IReadOnlyList<KernelModule> Modules { get; init; }

    /// <summary>Drivers unloaded before the crash.</summary>
    public required IReadOnlyList<UnloadedModule> UnloadedModules { get; init; }

    /// <summary>Page-fault and commit figures; null when the file has none.</summary>
    public MemoryManagerFacts? MemoryManager { get; init; }

    /// <summary>Driver Verifier's state; null when the file does not tell.</summary>
    public VerifierFacts? Verifier { get; init; }

    /// <summary>Black boxes of Windows components.</summary>
    public IReadOnlyList<BlackBox> BlackBoxes { get; init; } = [];

    /// <summary>Tagged data behind the dump.</summary>
    public IReadOnlyList<SecondaryDataStream> SecondaryData { get; init; } = [];

    /// <summary>What a Linux kernel printed about its crash; null for anything but Linux.</summary>
    public LinuxReport? Linux { get; init; }

    /// <inheritdoc/>
    public override string ToString() => Title;
}
