namespace KernelFault.Playbooks;

/// <summary>The values that a playbook can name at one moment of a run, by the first name of their paths.</summary>
internal sealed class PlaybookScope
{
    /// <summary>What the roots are called: see docs/playbooks.md.</summary>
    internal static readonly IReadOnlyList<string> Roots = ["parameters", "variables", "facts", "host", "analysis", "results", "steps", "item", "result", "run"];

    private readonly Dictionary<string, object?> _roots = new(StringComparer.OrdinalIgnoreCase);

    /// <summary>Sets all values of a root.</summary>
    /// <param name="root">One of <see cref="Roots"/>.</param>
    /// <param name="value">The value; null takes it away.</param>
    /// <returns>This scope.</returns>
    internal PlaybookScope With(string root, object? value)
    {
        _roots[root] = value;
        return this;
    }

    /// <summary>A scope with the same values, to which others are added without changing this one.</summary>
    /// <returns>The copy.</returns>
    internal PlaybookScope Copy()
    {
        var copy = new PlaybookScope();
        foreach (KeyValuePair<string, object?> root in _roots)
        {
            copy._roots[root.Key] = root.Value;
        }

        return copy;
    }

    /// <summary>Looks for a value.</summary>
    /// <param name="path">Its path.</param>
    /// <returns>The value; null when it is not there.</returns>
    /// <exception cref="PlaybookException">It is no path, or its root is none of <see cref="Roots"/>.</exception>
    internal object? Find(string path)
    {
        PlaybookPath parsed = PlaybookPath.Parse(path);
        return Roots.Contains(parsed.Root, StringComparer.OrdinalIgnoreCase)
            ? parsed.Follow(_roots)
            : throw new PlaybookException($"'{parsed.Root}' is not a root of values: one of {string.Join(", ", Roots)} is expected.");
    }
}
