namespace KernelFault.Analysis;

/// <summary>Several dumps of one machine looked at together: what one dump alone cannot tell.</summary>
public sealed record CrashSummary
{
    /// <summary>The answer in a sentence.</summary>
    public required string Conclusion { get; init; }

    /// <summary>What the crashes have in common.</summary>
    public required SummaryPattern Pattern { get; init; }

    /// <summary>Who is to blame over all dumps; null when they do not agree on anyone.</summary>
    public Culprit? Culprit { get; init; }

    /// <summary>Why, one sentence each, the strongest first.</summary>
    public required IReadOnlyList<string> Reasons { get; init; }

    /// <summary>The crashes in the order they happened; those without a time last.</summary>
    public required IReadOnlyList<CrashSummaryEntry> Crashes { get; init; }

    /// <summary>What changed between the crashes: Windows builds, versions of the blamed driver; empty when nothing did.</summary>
    public required IReadOnlyList<string> Changes { get; init; }

    /// <summary>What to do, in order.</summary>
    public required IReadOnlyList<NextStep> NextSteps { get; init; }

    /// <summary>What makes the comparison doubtful, such as dumps of different machines.</summary>
    public required IReadOnlyList<string> Warnings { get; init; }

    /// <inheritdoc/>
    public override string ToString() => Conclusion;
}
