using KernelFault.Playbooks.Running;

namespace KernelFault.Playbooks.Exporting;

/// <summary>
/// A playbook within an export: the one that was asked for, or one that a step includes. Each has facts of its own, told apart by a
/// number, so that playbooks with equal names of steps do not mix, and neither do two includes of one playbook.
/// </summary>
internal sealed class AnsibleFrame
{
    internal required Playbook Playbook { get; init; }

    /// <summary>The playbook that includes it; null for the one that was asked for.</summary>
    internal required AnsibleFrame? Outer { get; init; }

    /// <summary>What stands behind the names of its facts.</summary>
    internal required string Suffix { get; init; }

    /// <summary>What stands before the ids of its steps: empty, or the including step's id and a slash.</summary>
    internal required string Prefix { get; init; }

    /// <summary>Where its file lies below the folder of the one that was asked for, with slashes; empty for that folder.</summary>
    internal required string Folder { get; init; }

    /// <summary>Whether its steps may change the machine.</summary>
    internal required bool AllowChanges { get; init; }

    /// <summary>The playbooks that its steps include so far, by the step's id.</summary>
    internal Dictionary<string, AnsibleFrame> Included { get; } = new(StringComparer.OrdinalIgnoreCase);

    /// <summary>What of it is secret.</summary>
    internal AnsibleSecrets Secrets { get; } = new();

    internal string Given => "kf_given" + Suffix;

    internal string Parameters => "kf_parameters" + Suffix;

    internal string Variables => "kf_variables" + Suffix;

    internal string Results => "kf_results" + Suffix;

    internal string Steps => "kf_steps" + Suffix;

    internal int Depth => Outer is null ? 1 : Outer.Depth + 1;

    /// <summary>Whether a failure of one of its steps, or of one that includes it, takes back what was done.</summary>
    internal bool IsTakenBack => Playbook.Steps.Any(step => step.OnFailure.Kind == StepFailureKind.RollBack) || Outer?.IsTakenBack == true;

    /// <summary>The one name of results that steps register under names which differ in upper and lower case only.</summary>
    internal string Register(string name) => Playbook.Steps.FirstOrDefault(step => string.Equals(step.Register, name, StringComparison.OrdinalIgnoreCase))?.Register ?? name;

    /// <summary>What became of a step, as an expression.</summary>
    internal string Step(string id, string value) => $"{Steps}[{Jinja.Quote(id)}]['{value}']";

    /// <summary>A playbook that a step of it includes.</summary>
    /// <param name="step">The step.</param>
    /// <param name="name">What the step names.</param>
    /// <param name="found">What is found by that name; null when nothing is.</param>
    /// <param name="number">A number that no other has.</param>
    /// <exception cref="PlaybookException">There is none, it includes itself, or they are too deep.</exception>
    internal AnsibleFrame Include(PlaybookStep step, string name, Playbook? found, int number)
    {
        string where = $"{Prefix}{step.Id}: ";
        Playbook nested = found ?? throw new PlaybookException($"{where}There is no playbook '{name}' to include.");
        for (AnsibleFrame? frame = this; frame is not null; frame = frame.Outer)
        {
            if (frame.Playbook.Hash == nested.Hash)
            {
                throw new PlaybookException($"{where}The playbook '{name}' includes itself.");
            }
        }

        if (Depth >= RunFrame.MaximumDepth)
        {
            throw new PlaybookException($"{where}Playbooks include each other more than {RunFrame.MaximumDepth} deep.");
        }

        string[] parts = nested.IsBuiltIn ? [] : [.. name.Split('/', '\\')];
        var inner = new AnsibleFrame
        {
            Playbook = nested,
            Outer = this,
            Suffix = FormattableString.Invariant($"_{number}"),
            Prefix = $"{Prefix}{step.Id}/",
            Folder = string.Join("/", new[] { Folder }.Concat(parts.Take(parts.Length - 1)).Where(part => part is not ("" or "."))),
            AllowChanges = AllowChanges && step.Changes,
        };
        Included[step.Id] = inner;
        return inner;
    }
}
