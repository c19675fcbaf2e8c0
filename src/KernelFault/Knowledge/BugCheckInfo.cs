using System.Globalization;

namespace KernelFault.Knowledge;

/// <summary>What is known about a Windows stop code.</summary>
public sealed record BugCheckInfo
{
    /// <summary>The number.</summary>
    public required uint Code { get; init; }

    /// <summary>The number as people write it, such as <c>0x7E</c>.</summary>
    public string Hex => "0x" + Code.ToString("X", CultureInfo.InvariantCulture);

    /// <summary>Symbolic name.</summary>
    public required string Name { get; init; }

    /// <summary>What it means, one sentence.</summary>
    public required string Meaning { get; init; }

    /// <summary>Name of the fault class it belongs to before more is known.</summary>
    public required string FaultClass { get; init; }

    /// <summary>True when Windows writes it into reports of a system that went on running (live dumps) and never stops for it.</summary>
    public bool IsLiveDump { get; init; }

    /// <summary>Tags of what usually causes it, the likeliest first; see <see cref="KnowledgeBase.Cause"/>.</summary>
    public IReadOnlyList<string> Causes { get; init; } = [];

    /// <summary>Tags of what to do, in order; see <see cref="KnowledgeBase.NextStep"/>.</summary>
    public IReadOnlyList<string> NextSteps { get; init; } = [];

    /// <summary>Its four parameters.</summary>
    public required IReadOnlyList<BugCheckParameterInfo> Parameters { get; init; }

    /// <summary>Which parameter chooses among <see cref="Cases"/>, 1 to 4.</summary>
    public int CaseParameter { get; init; } = 1;

    /// <summary>Meanings that depend on one parameter; empty when none do.</summary>
    public IReadOnlyList<BugCheckCase> Cases { get; init; } = [];

    /// <summary>Other names that lead here; a search by one of them finds this code with that name's note.</summary>
    public IReadOnlyList<ConfusedName> AlsoSearchedAs { get; init; } = [];

    /// <summary>What it is often confused with, and what is right; null when nothing is known to be confused.</summary>
    public string? Note { get; init; }

    /// <summary>Codes that <see cref="Note"/> speaks of.</summary>
    public IReadOnlyList<uint> SeeAlso { get; init; } = [];

    /// <summary>The case that a value of the choosing parameter selects.</summary>
    /// <param name="value">Value of the parameter <see cref="CaseParameter"/>.</param>
    /// <returns>The case; null when none is documented.</returns>
    public BugCheckCase? FindCase(ulong value)
    {
        foreach (BugCheckCase candidate in Cases)
        {
            if (candidate.Contains(value))
            {
                return candidate;
            }
        }

        return null;
    }

    /// <inheritdoc/>
    public override string ToString() => Hex + " " + Name;
}
