namespace KernelFault.Playbooks;

/// <summary>Something a playbook is told when it is run.</summary>
public sealed record PlaybookParameter
{
    /// <summary>Name: a letter, then letters and digits.</summary>
    public required string Name { get; init; }

    /// <summary>Of what kind its value is.</summary>
    public required PlaybookValueType Type { get; init; }

    /// <summary>What it is for; null when the file does not say.</summary>
    public required string? Description { get; init; }

    /// <summary>Whether it must be given. False where there is a default; one that is neither given nor has a default is null.</summary>
    public required bool Required { get; init; }

    /// <summary>The value when none is given; null for none.</summary>
    public required object? Default { get; init; }

    /// <summary>The values that are allowed; empty for all.</summary>
    public required IReadOnlyList<object?> Allowed { get; init; }

    /// <summary>A regular expression that the whole text must match; null for none.</summary>
    public required string? Pattern { get; init; }

    /// <summary>The least number; null for none.</summary>
    public required double? Minimum { get; init; }

    /// <summary>The greatest number; null for none.</summary>
    public required double? Maximum { get; init; }

    /// <summary>Whether its value is never written anywhere: no journal, no report, no plan.</summary>
    public required bool Secret { get; init; }

    /// <inheritdoc/>
    public override string ToString() => Name;
}
