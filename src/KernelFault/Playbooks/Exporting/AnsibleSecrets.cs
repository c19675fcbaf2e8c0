using KernelFault.Playbooks.Running;

namespace KernelFault.Playbooks.Exporting;

/// <summary>
/// Which values of a playbook are secret, or were made of secrets: tasks that use them show nothing. What a step gave that was given
/// a secret counts as one, for Ansible cannot tell a secret by its value.
/// </summary>
internal sealed class AnsibleSecrets
{
    private readonly HashSet<string> _names = new(StringComparer.OrdinalIgnoreCase);

    /// <summary>Whether there are any.</summary>
    internal bool Any => _names.Count > 0;

    /// <summary>Names of the results that hold secrets.</summary>
    internal IEnumerable<string> Results => _names.Where(name => name.StartsWith("results.", StringComparison.Ordinal)).Select(name => name.Substring("results.".Length));

    internal void AddParameter(string name) => _names.Add("parameters." + name);

    internal void AddVariable(string name) => _names.Add("variables." + name);

    internal void AddStep(PlaybookStep step) => _names.Add("results." + step.Register);

    /// <summary>Whether one of them is in a value's texts.</summary>
    internal bool AreIn(object? template) => Any && PlaybookReferences.Of(template).Any(IsOne);

    /// <summary>Whether a step is given one.</summary>
    internal bool AreIn(PlaybookStep step) => Any && (AreIn(step.Call.Inputs) || AreIn(step.ForEach) || AreIn(step.Rollback?.Inputs)
        || PlaybookReferences.Of(step.When).Concat(PlaybookReferences.Of(step.Retry?.Until)).Any(IsOne));

    private bool IsOne(string path)
    {
        PlaybookPath parsed = PlaybookPath.Parse(path);
        return parsed.Parts.Count > 1 && parsed.Parts[1] is string name && _names.Contains($"{parsed.Root.ToLowerInvariant()}.{name}");
    }
}
