namespace KernelFault.Analysis.Linux;

/// <summary>What a report was recognised as.</summary>
internal sealed record Recognition
{
    /// <summary>The rule; null when no rule knows the headline.</summary>
    internal CrashRule? Rule { get; init; }

    /// <summary>The title.</summary>
    internal required string Title { get; init; }

    /// <summary>Wider titles.</summary>
    internal IReadOnlyList<string> Alternatives { get; init; } = [];

    /// <summary>The guilty functions, the first one decides; empty when the rule asks for none.</summary>
    internal IReadOnlyList<GuiltyFrame> Frames { get; init; } = [];

    /// <summary>The variable words of the message.</summary>
    internal IReadOnlyList<string> Words { get; init; } = [];

    /// <summary>Why the report cannot be trusted; null when it can.</summary>
    internal string? Damage { get; init; }
}
