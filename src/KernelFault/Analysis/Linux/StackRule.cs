namespace KernelFault.Analysis.Linux;

/// <summary>How the guilty function is found in a report.</summary>
internal sealed record StackRule
{
    /// <summary>The way, step by step. A step that names no function only moves on.</summary>
    internal required IReadOnlyList<StackStep> Steps { get; init; }

    /// <summary>The way when <see cref="Steps"/> finds nothing; empty for none.</summary>
    internal IReadOnlyList<StackStep> Otherwise { get; init; } = [];

    /// <summary>Which functions besides the usual are not to blame: a key of <c>innocentFor</c> in <c>linux-frames.json</c>.</summary>
    internal string? Innocent { get; init; }

    /// <summary>Which of the remaining functions is it.</summary>
    internal FramePick Pick { get; init; }

    /// <summary>The faulting instruction, then the call trace below it.</summary>
    internal static StackRule Fault(string? innocent = null, FramePick pick = FramePick.First) =>
        new() { Steps = [StackStep.Instruction, StackStep.CallTrace, StackStep.Frames], Innocent = innocent, Pick = pick };

    /// <summary>The call trace.</summary>
    internal static StackRule Trace(string? innocent = null, FramePick pick = FramePick.First) =>
        new() { Steps = [StackStep.CallTrace, StackStep.Frames], Innocent = innocent, Pick = pick };

    /// <summary>A warning: newer kernels trap, and the stack proper follows the registers of the trap; older ones print it at once.</summary>
    internal static StackRule Warning(string? innocent = null) => new()
    {
        Steps = [StackStep.WarningInstruction, StackStep.Frames],
        Otherwise = [StackStep.CallTrace, StackStep.Frames],
        Innocent = innocent,
    };

    /// <summary>The faulting instruction alone.</summary>
    internal static StackRule InstructionOnly { get; } = new() { Steps = [StackStep.Instruction] };

    /// <summary>Something the headline or a line after it names, then what follows.</summary>
    internal static StackRule After(string? innocent, params StackStep[] steps) => new() { Steps = steps, Innocent = innocent };
}
