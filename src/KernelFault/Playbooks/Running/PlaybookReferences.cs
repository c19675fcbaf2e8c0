namespace KernelFault.Playbooks.Running;

/// <summary>Which values something in a playbook names.</summary>
internal static class PlaybookReferences
{
    /// <summary>The paths in a value's texts.</summary>
    internal static IEnumerable<string> Of(object? template) => template switch
    {
        string text => PlaybookTemplate.Parse(text).SelectMany(part => part.Paths),
        IReadOnlyDictionary<string, object?> map => map.Values.SelectMany(value => Of(value)),
        IReadOnlyList<object?> list => list.SelectMany(value => Of(value)),
        _ => [],
    };

    /// <summary>The paths in a condition.</summary>
    internal static IEnumerable<string> Of(PlaybookCondition? condition) => condition is null ? []
        : [.. condition.Value is null ? [] : (string[])[condition.Value], .. Of(condition.Operand), .. condition.Parts.SelectMany(part => Of(part))];
}
