namespace KernelFault.Playbooks.Actions;

/// <summary>An input of an action.</summary>
/// <param name="Name">Name: a lower-case letter, then letters and digits.</param>
/// <param name="Type">Of what kind it is.</param>
/// <param name="Description">What it is for.</param>
public sealed record ActionInput(string Name, PlaybookValueType Type, string Description)
{
    /// <summary>Whether a step must give it.</summary>
    public bool Required { get; init; }

    /// <summary>The value when a step does not give it; null for none.</summary>
    public object? Default { get; init; }

    /// <summary>The values that are allowed, compared without regard to case; for a list, of its elements. Empty for all.</summary>
    public IReadOnlyList<string> Allowed { get; init; } = [];

    /// <summary>
    /// The values with which the action only looks at the machine, compared as <see cref="Allowed"/>; empty for none. In a playbook one
    /// counts as it stands there: whether a step changes machines is known before it runs, and what an expression gives is not.
    /// </summary>
    public IReadOnlyList<string> LooksOnly { get; init; } = [];

    /// <summary>The least number; null for none.</summary>
    public double? Minimum { get; init; }

    /// <summary>The greatest number; null for none.</summary>
    public double? Maximum { get; init; }

    /// <summary>Whether it is the path of a file beside the playbook, or in a folder there: one that leads elsewhere is refused.</summary>
    public bool IsBesidePlaybook { get; init; }
}
