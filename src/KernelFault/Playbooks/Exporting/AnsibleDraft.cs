using KernelFault.Playbooks.Running;

namespace KernelFault.Playbooks.Exporting;

/// <summary>What is common to all parts of one export.</summary>
/// <param name="actions">What actions become.</param>
/// <param name="playbooks">Where playbooks that others include are found.</param>
internal sealed class AnsibleDraft(AnsibleActions actions, IPlaybookSource playbooks)
{
    // Playbooks of 200 steps each that include each other 5 deep would not end.
    private const int MaximumSteps = 2000;

    private readonly List<string> _warnings = [];
    private readonly Dictionary<(string By, string Name), Playbook?> _found = [];
    private int _frames = 1;
    private int _steps;

    internal AnsibleActions Actions { get; } = actions;

    internal IEnumerable<string> Warnings => _warnings.Distinct();

    internal void Warn(string text) => _warnings.Add(text);

    /// <summary>Counts a step.</summary>
    /// <exception cref="PlaybookException">There are too many.</exception>
    internal void Count()
    {
        if (++_steps > MaximumSteps)
        {
            throw new PlaybookException($"With all that it includes the playbook has more than {MaximumSteps} steps.");
        }
    }

    /// <summary>A playbook that a step includes.</summary>
    /// <exception cref="PlaybookException">There is none, it includes itself, or they are too deep.</exception>
    internal AnsibleFrame Include(AnsibleFrame frame, PlaybookStep step, string name)
    {
        (string, string) key = (frame.Playbook.Path, name);
        if (!_found.TryGetValue(key, out Playbook? nested))
        {
            _found[key] = nested = playbooks.Find(name, frame.Playbook);
        }

        return frame.Include(step, name, nested, ++_frames);
    }
}
