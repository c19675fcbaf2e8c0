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

    /// <summary>The paths in a value's texts that count: of alternatives, those up to the first that is there.</summary>
    /// <param name="template">The value.</param>
    /// <param name="scope">The values that are known.</param>
    internal static IEnumerable<string> Of(object? template, PlaybookScope scope) => template switch
    {
        string text => PlaybookTemplate.Parse(text).SelectMany(part => UpToKnown(part.Paths, scope)),
        IReadOnlyDictionary<string, object?> map => map.Values.SelectMany(value => Of(value, scope)),
        IReadOnlyList<object?> list => list.SelectMany(value => Of(value, scope)),
        _ => [],
    };

    /// <summary>The paths in a condition.</summary>
    internal static IEnumerable<string> Of(PlaybookCondition? condition) => condition is null ? []
        : [.. condition.Value is null ? [] : (string[])[condition.Value], .. Of(condition.Operand), .. condition.Parts.SelectMany(part => Of(part))];

    private static IEnumerable<string> UpToKnown(IReadOnlyList<string> paths, PlaybookScope scope)
    {
        foreach (string path in paths)
        {
            yield return path;
            if (scope.Find(path) is not null)
            {
                yield break;
            }
        }
    }
}
