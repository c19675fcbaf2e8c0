using KernelFault.Playbooks.Actions;
using KernelFault.Playbooks.Running;
using YamlDotNet.RepresentationModel;

namespace KernelFault.Playbooks.Exporting;

/// <summary>
/// A playbook as one of Ansible, for fleets that are run by it: one play, a block for each step, those of included playbooks within.
/// What only looks runs with <c>--check</c> too; what changes a machine does not. Texts of the playbook stay texts: none of them
/// becomes Jinja.
/// </summary>
/// <remarks>
/// Parameters are variables of Ansible (<c>sinceHours</c> is <c>kf_since_hours</c>), from the inventory or by <c>-e</c>; secret ones are
/// asked for. <c>kf_hosts</c> says on which machines, <c>kf_force</c> answers questions with yes, <c>kf_folder</c> is where files are kept,
/// <c>kf_sources</c> where those lie that the playbook brings, <c>kf_analysis</c> has the outputs of analyse-dump for a crash that is known
/// already.
/// </remarks>
/// <param name="playbooks">Where playbooks that others include are found; null for those that come with this library, and files.</param>
public sealed class AnsibleExport(IPlaybookSource? playbooks = null)
{
    private readonly AnsibleActions _actions = new();
    private readonly IPlaybookSource _playbooks = playbooks ?? new PlaybookFiles(PlaybookActions.BuiltIn);

    /// <summary>Turns a playbook into one of Ansible.</summary>
    /// <param name="playbook">The playbook.</param>
    /// <returns>The file's content and what is different there.</returns>
    /// <exception cref="PlaybookException">A text in it cannot be read, or a playbook cannot be included.</exception>
    public ExportedPlaybook Export(Playbook playbook)
    {
        if (playbook is null)
        {
            throw new ArgumentNullException(nameof(playbook));
        }

        var draft = new AnsibleDraft(_actions, _playbooks);
        bool[] systems = playbook.Requires.Platform switch { PlaybookPlatform.Windows => [true], PlaybookPlatform.Linux => [false], _ => [false, true] };
        var frame = new AnsibleFrame { Playbook = playbook, Outer = null, Suffix = string.Empty, Prefix = string.Empty, Folder = string.Empty, AllowChanges = true };
        List<YamlNode> tasks = [.. Beginning(playbook), .. new AnsibleParameters(frame, _actions, systems, draft.Warn).FromVariables()];
        foreach (bool windows in systems)
        {
            bool hasChanged = false;
            var blocks = new List<YamlNode>();
            foreach (PlaybookStep step in playbook.Steps)
            {
                blocks.AddRange(new AnsibleStep(draft, frame, step, windows, hasChanged).Tasks());
                hasChanged |= step.Changes;
            }

            tasks.AddRange(systems.Length == 1 ? blocks : [AnsibleYaml.Map(
                ("name", AnsibleYaml.Name(windows ? "On Windows" : "On Linux")),
                ("when", AnsibleYaml.Condition(System(windows))),
                ("become", playbook.Requires.Elevated && !windows ? AnsibleYaml.Plain("true") : null),
                ("block", AnsibleYaml.List(blocks)))]);
        }

        tasks.AddRange(End(frame, new AnsibleExpression(frame, _actions, systems, draft.Warn)));
        Notes(playbook, draft);
        YamlMappingNode play = AnsibleYaml.Map(
            ("name", AnsibleYaml.Name(playbook.Title)),
            ("hosts", AnsibleYaml.Value("kf_hosts | default('all')")),
            ("gather_facts", AnsibleYaml.Plain("true")),
            ("become", playbook.Requires is { Elevated: true, Platform: PlaybookPlatform.Linux } ? AnsibleYaml.Plain("true") : null),
            ("vars_prompt", Prompts(playbook)),
            ("vars", AnsibleYaml.Map(
                ("kf_force", AnsibleYaml.Plain("false")),
                ("kf_plain", AnsibleYaml.Unsafe(string.Empty)),
                ("kf_folder", AnsibleYaml.Value("playbook_dir ~ '/kernelfault'")),
                ("kf_sources", AnsibleYaml.Value("playbook_dir")),
                ("kf_analysis", AnsibleYaml.Nothing()))),
            ("tasks", AnsibleYaml.List(tasks)));
        return new ExportedPlaybook
        {
            Playbook = playbook.Name,
            Format = PlaybookExportFormat.Ansible,
            Text = AnsibleYaml.Write(AnsibleYaml.List([play]), Comments(playbook)),
            Warnings = [.. draft.Warnings],
        };
    }

    private static void Notes(Playbook playbook, AnsibleDraft draft)
    {
        if (playbook.Requires.Offline == true)
        {
            draft.Warn("The playbook is for a Windows that is not running; Ansible reaches none: what it does is done to the machine that answers.");
        }

        if (playbook.Steps.Any(step => step.Evidence.Count > 0))
        {
            draft.Warn("Evidence is not kept with the run: Ansible has no journal.");
        }
    }

    private IEnumerable<string> Comments(Playbook playbook)
    {
        yield return $"{playbook.Name}, exported by KernelFault from the playbook with SHA-256 {playbook.Hash}.";
        foreach (PlaybookParameter parameter in playbook.Parameters)
        {
            string need = parameter.Required ? ", required" : parameter.Default is null ? string.Empty : parameter.Secret ? ", required" : $", {PlaybookValue.Text(parameter.Default)} unless given";
            yield return $"{_actions.Variable(parameter.Name)} ({parameter.Type.ToString().ToLowerInvariant()}{need}): {parameter.Description ?? parameter.Name}";
        }
    }

    private YamlSequenceNode? Prompts(Playbook playbook)
    {
        YamlNode[] prompts = [.. playbook.Parameters.Where(parameter => parameter.Secret).Select(parameter => AnsibleYaml.Map(
            ("name", AnsibleYaml.Plain(_actions.Variable(parameter.Name))),
            ("prompt", AnsibleYaml.Text(parameter.Description ?? parameter.Name)),
            ("private", AnsibleYaml.Plain("true")),
            ("unsafe", AnsibleYaml.Plain("true"))))];
        return prompts.Length == 0 ? null : AnsibleYaml.List(prompts);
    }

    private static IEnumerable<YamlNode> Beginning(Playbook playbook)
    {
        if (playbook.Requires.Platform != PlaybookPlatform.Any)
        {
            yield return AnsibleYaml.Assert("Is the machine one that the playbook is for?", [System(playbook.Requires.Platform == PlaybookPlatform.Windows)], $"The playbook is for {playbook.Requires.Platform}.");
        }
    }

    private static IEnumerable<YamlNode> End(AnsibleFrame frame, AnsibleExpression expressions)
    {
        if (frame.Playbook.Outputs.Count > 0)
        {
            yield return AnsibleYaml.Map(
                ("name", AnsibleYaml.Name("What came of it")),
                ("ansible.builtin.debug", AnsibleYaml.Map(
                    ("msg", AnsibleYaml.Value("{" + string.Join(", ", frame.Playbook.Outputs.Select(pair => $"{Jinja.Quote(pair.Key)}: {expressions.Value(pair.Value)}")) + "}")))),
                ("no_log", frame.Secrets.AreIn(frame.Playbook.Outputs) ? AnsibleYaml.Plain("true") : null));
        }
    }

    private static string System(bool windows) => $"ansible_facts['os_family'] {(windows ? "==" : "!=")} 'Windows'";
}
