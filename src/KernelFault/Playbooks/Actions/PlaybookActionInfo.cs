namespace KernelFault.Playbooks.Actions;

/// <summary>What an action is: what people read, what a playbook is checked against, and what the engine acts on.</summary>
public sealed record PlaybookActionInfo
{
    /// <summary>Name in a playbook, such as <c>collect-dumps</c>.</summary>
    public required string Name { get; init; }

    /// <summary>One line.</summary>
    public required string Title { get; init; }

    /// <summary>What it does, in some sentences.</summary>
    public required string Description { get; init; }

    /// <summary>The systems it works on.</summary>
    public required PlaybookPlatform Platform { get; init; }

    /// <summary>What it takes.</summary>
    public IReadOnlyList<ActionInput> Inputs { get; init; } = [];

    /// <summary>What it gives.</summary>
    public IReadOnlyList<ActionOutput> Outputs { get; init; } = [];

    /// <summary>Whether it may change the machine. With some inputs it may not all the same: <see cref="MayChange"/>.</summary>
    public required bool Changes { get; init; }

    /// <summary>Whether it restarts the machine itself.</summary>
    public bool Restarts { get; init; }

    /// <summary>Whether it works on the folder of a Windows that is not running.</summary>
    public bool WorksOffline { get; init; }

    /// <summary>Whether it may be done again when nobody knows whether it was done.</summary>
    public required ActionRepeat Repeat { get; init; }

    /// <summary>Why that is so, for a person: what a second time does.</summary>
    public required string Idempotence { get; init; }

    /// <summary>What its dry run looks at and shows.</summary>
    public required string DryRun { get; init; }

    /// <summary>Whether it may change the machine with these inputs. What one of them says of that is <see cref="ActionInput.LooksOnly"/>.</summary>
    /// <param name="inputs">The inputs, as a playbook has them or resolved.</param>
    /// <returns>Whether it may.</returns>
    public bool MayChange(IReadOnlyDictionary<string, object?> inputs)
    {
        if (inputs is null)
        {
            throw new ArgumentNullException(nameof(inputs));
        }

        return Changes && !Inputs.Any(input =>
            input.LooksOnly.Count > 0 && inputs.TryGetValue(input.Name, out object? value) && value is string text && input.LooksOnly.Contains(text, StringComparer.OrdinalIgnoreCase));
    }

    /// <inheritdoc/>
    public override string ToString() => Name;
}
