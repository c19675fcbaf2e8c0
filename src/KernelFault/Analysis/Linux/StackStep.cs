namespace KernelFault.Analysis.Linux;

/// <summary>One step on the way to the guilty function.</summary>
internal sealed class StackStep
{
    private readonly Func<string, List<string>, bool>? _match;

    private static readonly LinePattern PowerPcInterrupt = LinePattern.Of("--- interrupt: {:num} at {func}");

    private StackStep(Func<string, List<string>, bool>? match) => _match = match;

    /// <summary>Collects the entries of a stack.</summary>
    internal static StackStep Frames { get; } = new(null);

    /// <summary>The line with the instruction pointer.</summary>
    internal static StackStep Instruction { get; } = new(StackLine.IsInstruction);

    /// <summary>The same, or powerpc's mark of an interrupted stack.</summary>
    internal static StackStep WarningInstruction { get; } = new((line, names) =>
        StackLine.IsInstruction(line, names) || PowerPcInterrupt.Find(line, names) >= 0);

    /// <summary>The line that begins a call trace.</summary>
    internal static StackStep CallTrace { get; } = new((line, _) => StackLine.IsCallTrace(line));

    /// <summary>True for <see cref="Frames"/>.</summary>
    internal bool IsFrames => _match is null;

    /// <summary>A line with a phrase; functions it names count.</summary>
    /// <param name="pattern">See <see cref="LinePattern"/>.</param>
    internal static StackStep Line(string pattern)
    {
        var compiled = LinePattern.Of(pattern);
        return new StackStep((line, names) => compiled.Find(line, names) >= 0);
    }

    /// <summary>True if a line is the one; the functions it names are added.</summary>
    internal bool Matches(string line, List<string> names) => _match is not null && _match(line, names);
}
