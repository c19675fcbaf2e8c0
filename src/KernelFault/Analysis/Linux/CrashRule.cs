namespace KernelFault.Analysis.Linux;

/// <summary>One kind of crash: how it is announced, what evidence it must show, how it is called.</summary>
internal sealed record CrashRule
{
    /// <summary>Its key in <c>linux-crashes.json</c>: what it means and what to do.</summary>
    internal required string Kind { get; init; }

    /// <summary>The phrase that announces it.</summary>
    internal required LinePattern Headline { get; init; }

    /// <summary>True when <see cref="Evidence"/> is part of the announcement: without it this is another kind.</summary>
    internal bool AnnouncedByEvidence { get; init; }

    /// <summary>Phrases that must follow, each on a later line than the one before; the first may stand on the headline's. Empty for none.</summary>
    internal IReadOnlyList<LinePattern> Evidence { get; init; } = [];

    /// <summary>What it is called: <c>{0}</c>… are the variable words of the evidence (of the headline where there is none), then come the guilty functions.</summary>
    internal required string Title { get; init; }

    /// <summary>Wider names that gather crashes with the same root; the same placeholders.</summary>
    internal IReadOnlyList<string> Alternatives { get; init; } = [];

    /// <summary>How the guilty function is found; null when the title names none.</summary>
    internal StackRule? Stack { get; init; }

    /// <summary>True when a whole report may have no stack.</summary>
    internal bool NeedsNoStack { get; init; }

    /// <summary>True when the headline is what remains of a damaged report.</summary>
    internal bool IsRemnant { get; init; }

    /// <summary>What kind of mistake it is, as far as the headline tells.</summary>
    internal FaultClass FaultClass { get; init; }

    /// <summary>A rule without evidence.</summary>
    internal static CrashRule Of(string kind, FaultClass faultClass, string headline, string title, StackRule? stack = null, params string[] alternatives) => new()
    {
        Kind = kind,
        FaultClass = faultClass,
        Headline = LinePattern.Of(headline),
        Title = title,
        Stack = stack,
        Alternatives = alternatives,
    };

    /// <summary>A rule that needs evidence after the headline.</summary>
    internal static CrashRule With(string kind, FaultClass faultClass, string headline, string[] evidence, string title, StackRule? stack = null, params string[] alternatives) =>
        Of(kind, faultClass, headline, title, stack, alternatives) with { Evidence = evidence.Select(LinePattern.Of).ToArray() };
}
