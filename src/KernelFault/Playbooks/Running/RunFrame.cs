using KernelFault.Hosts;

namespace KernelFault.Playbooks.Running;

/// <summary>A playbook while it is run: the one that was asked for, or one that it includes.</summary>
internal sealed class RunFrame
{
    /// <summary>How deep playbooks may include each other.</summary>
    internal const int MaximumDepth = 5;

    internal required Playbook Playbook { get; init; }

    /// <summary>What stands before the ids of its steps: empty, or the including step's id and a slash.</summary>
    internal required string Prefix { get; init; }

    /// <summary>Whether its steps may change the machine.</summary>
    internal required bool AllowChanges { get; init; }

    /// <summary>The playbook that includes it; null for the one that was asked for.</summary>
    internal required RunFrame? Outer { get; init; }

    internal required IReadOnlyDictionary<string, object?> Parameters { get; init; }

    internal IReadOnlyDictionary<string, object?> Variables { get; set; } = PlaybookValue.Map();

    /// <summary>Outputs of its steps that were done.</summary>
    internal Dictionary<string, object?> Results { get; } = new(StringComparer.OrdinalIgnoreCase);

    /// <summary>How its steps ended.</summary>
    internal Dictionary<string, object?> Steps { get; } = new(StringComparer.OrdinalIgnoreCase);

    /// <summary>In a rehearsal: steps and results of which nothing is known, for they were not done.</summary>
    internal HashSet<string> Unknowns { get; } = new(StringComparer.OrdinalIgnoreCase);

    internal int Depth => Outer is null ? 1 : Outer.Depth + 1;

    /// <summary>Folder of its file; null for a built-in one.</summary>
    internal string? Folder => Playbook.IsBuiltIn ? null : Path.GetDirectoryName(Playbook.Path);

    /// <summary>A playbook that was asked for.</summary>
    /// <param name="work">The machine.</param>
    /// <param name="playbook">The playbook.</param>
    /// <param name="given">Its parameters.</param>
    /// <exception cref="PlaybookException">A parameter or a variable cannot be resolved.</exception>
    internal static RunFrame Of(HostWork work, Playbook playbook, IReadOnlyDictionary<string, object?> given)
    {
        RunFrame frame = Of(work, playbook, RunParameters.Bind(playbook, given, work.Variables, work.Scope()), string.Empty, null, allowChanges: true);
        if (work.History.Variables is { } written && !RunSecrets.IsMasked(written))
        {
            frame.Variables = written;
        }

        return frame;
    }

    /// <summary>A playbook that this one includes.</summary>
    /// <param name="work">The machine.</param>
    /// <param name="playbook">The playbook.</param>
    /// <param name="given">Its parameters.</param>
    /// <param name="prefix">What stands before the ids of its steps.</param>
    /// <param name="allowChanges">Whether its steps may change the machine.</param>
    /// <exception cref="PlaybookException">A parameter or a variable cannot be resolved.</exception>
    internal RunFrame Include(HostWork work, Playbook playbook, IReadOnlyDictionary<string, object?> given, string prefix, bool allowChanges) =>
        Of(work, playbook, RunParameters.Bind(playbook, given, PlaybookValue.Map(), work.Scope()), prefix, this, allowChanges);

    /// <summary>Adds its values to those that every playbook sees.</summary>
    internal PlaybookScope Scope(PlaybookScope scope) => scope.With("parameters", Parameters).With("variables", Variables).With("results", Results).With("steps", Steps);

    /// <summary>In a rehearsal: what a step depends on that is not known.</summary>
    /// <returns>The name of a result or a step; null when all is known.</returns>
    internal string? Unknown(PlaybookStep step)
    {
        if (Unknowns.Count == 0)
        {
            return null;
        }

        PlaybookScope known = Scope(new PlaybookScope());
        IEnumerable<string> paths = [.. PlaybookReferences.Of(step.When), .. PlaybookReferences.Of(step.ForEach, known), .. PlaybookReferences.Of(step.Call.Inputs, known), .. PlaybookReferences.Of(step.Confirm, known)];
        return paths.Select(PlaybookPath.Parse)
            .Where(path => path.Parts.Count > 1 && (path.Root.Equals("results", StringComparison.OrdinalIgnoreCase) || path.Root.Equals("steps", StringComparison.OrdinalIgnoreCase)))
            .Select(path => path.Parts[1] as string)
            .FirstOrDefault(name => name is not null && Unknowns.Contains(name));
    }

    /// <summary>Whether a playbook is this one or includes it.</summary>
    internal bool Includes(Playbook playbook) => Playbook.Hash == playbook.Hash || Outer?.Includes(playbook) == true;

    /// <summary>What the playbook gives.</summary>
    /// <param name="work">The machine.</param>
    /// <param name="warnings">Gets what cannot be told.</param>
    internal IReadOnlyDictionary<string, object?> Outputs(HostWork work, List<string> warnings)
    {
        var outputs = new Dictionary<string, object?>(StringComparer.OrdinalIgnoreCase);
        foreach (KeyValuePair<string, object?> output in Playbook.Outputs)
        {
            try
            {
                outputs[output.Key] = PlaybookTemplate.Resolve(output.Value, Scope(work.Scope()));
            }
            catch (Exception e) when (e is PlaybookException or HostException)
            {
                warnings.Add($"The output '{output.Key}' cannot be told: {e.Message}");
            }
        }

        return outputs;
    }

    private static RunFrame Of(HostWork work, Playbook playbook, IReadOnlyDictionary<string, object?> parameters, string prefix, RunFrame? outer, bool allowChanges)
    {
        var frame = new RunFrame { Playbook = playbook, Prefix = prefix, AllowChanges = allowChanges, Outer = outer, Parameters = parameters };
        work.AddSecrets(playbook, prefix, parameters);
        frame.ResolveVariables(work.Scope());
        return frame;
    }

    // Each may name those before it.
    private void ResolveVariables(PlaybookScope scope)
    {
        var variables = new Dictionary<string, object?>(StringComparer.OrdinalIgnoreCase);
        Variables = variables;
        scope = Scope(scope);
        foreach (KeyValuePair<string, object?> variable in Playbook.Variables)
        {
            variables[variable.Key] = PlaybookTemplate.Resolve(variable.Value, scope);
        }
    }
}
