namespace KernelFault.Playbooks;

/// <summary>
/// A condition: either some others together (<see cref="PlaybookConditionKind.All"/>, <see cref="PlaybookConditionKind.Any"/>,
/// <see cref="PlaybookConditionKind.Not"/>), or one value and what it is compared with.
/// </summary>
public sealed record PlaybookCondition
{
    /// <summary>What kind it is.</summary>
    public required PlaybookConditionKind Kind { get; init; }

    /// <summary>The conditions it is made of; empty for a comparison.</summary>
    public required IReadOnlyList<PlaybookCondition> Parts { get; init; }

    /// <summary>The path of the value that is compared, such as <c>facts.platform</c>; null when there are parts.</summary>
    public required string? Value { get; init; }

    /// <summary>What it is compared with; may hold <c>${{ … }}</c>. For <see cref="PlaybookConditionKind.Exists"/>, true or false.</summary>
    public required object? Operand { get; init; }

    /// <summary>Whether it holds. A value that is not there equals null only, is in no list, matches nothing and is not greater or less than anything.</summary>
    /// <param name="scope">The values.</param>
    /// <returns>Whether it holds.</returns>
    /// <exception cref="PlaybookException">A path or a regular expression cannot be used, or values of these kinds cannot be compared.</exception>
    internal bool Holds(PlaybookScope scope)
    {
        switch (Kind)
        {
            case PlaybookConditionKind.All:
                return Parts.All(part => part.Holds(scope));
            case PlaybookConditionKind.Any:
                return Parts.Any(part => part.Holds(scope));
            case PlaybookConditionKind.Not:
                return !Parts[0].Holds(scope);
        }

        return Holds(Kind, scope.Find(Value!), PlaybookTemplate.Resolve(Operand, scope), Value!);
    }

    /// <summary>Compares values that are resolved already.</summary>
    /// <param name="kind">How; not one that is made of others.</param>
    /// <param name="value">What is compared; null when it is not there.</param>
    /// <param name="operand">What it is compared with.</param>
    /// <param name="name">What the value is called, for the exception.</param>
    /// <returns>Whether it holds.</returns>
    /// <exception cref="PlaybookException">A regular expression cannot be used, or values of these kinds cannot be compared.</exception>
    internal static bool Holds(PlaybookConditionKind kind, object? value, object? operand, string name) => kind switch
    {
        PlaybookConditionKind.Exists => value is not null == operand is true,
        PlaybookConditionKind.Equals => PlaybookValue.AreEqual(value, operand),
        PlaybookConditionKind.In => operand is IReadOnlyList<object?> list
            ? list.Any(element => PlaybookValue.AreEqual(value, element))
            : throw new PlaybookException($"'in' needs a list to look for '{name}' in."),
        PlaybookConditionKind.Contains => value switch
        {
            IReadOnlyList<object?> list => list.Any(element => PlaybookValue.AreEqual(element, operand)),
            string text when operand is string part => text.Contains(part, StringComparison.OrdinalIgnoreCase),
            _ => false,
        },
        PlaybookConditionKind.Matches => value is not null && PlaybookPattern.Matches(PlaybookValue.Text(value), PlaybookValue.Text(operand)),
        PlaybookConditionKind.GreaterThan => value is not null && PlaybookValue.Compare(value, operand) > 0,
        PlaybookConditionKind.LessThan => value is not null && PlaybookValue.Compare(value, operand) < 0,
        _ => throw new InvalidOperationException(kind.ToString()),
    };
}
