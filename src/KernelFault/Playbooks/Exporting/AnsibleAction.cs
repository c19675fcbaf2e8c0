using System.Text.RegularExpressions;
using YamlDotNet.RepresentationModel;

namespace KernelFault.Playbooks.Exporting;

/// <summary>What an action becomes in Ansible.</summary>
/// <param name="Tasks">Tasks without names, in order. What they found is <c>kf_raw</c>.</param>
/// <param name="Outputs">Expressions by the output's name; <c>*</c> for one that gives all of them.</param>
/// <param name="EarlyOutputs">The same, as far as the first task alone can tell: for what is tried again. Empty when the last task is the one to try again.</param>
/// <param name="Notes">What is done otherwise; null when nothing is.</param>
internal sealed record AnsibleAction(
    IReadOnlyList<YamlMappingNode> Tasks, IReadOnlyDictionary<string, string> Outputs, IReadOnlyDictionary<string, string> EarlyOutputs, string? Notes)
{
    /// <summary>The inputs that its tasks look at, without regard to case.</summary>
    internal ISet<string> Inputs { get; } = new HashSet<string>(
        Tasks.SelectMany(task => task.AllNodes).OfType<YamlScalarNode>().Concat(Outputs.Values.Select(text => new YamlScalarNode(text)))
            .SelectMany(node => s_input.Matches(node.Value ?? string.Empty).Cast<Match>()).Select(match => match.Groups[1].Value)
            .Concat(Tasks.SelectMany(AnsibleTasks.UsesOf).Select(uses => uses[0])),
        StringComparer.OrdinalIgnoreCase);

    /// <summary>The variables of Ansible that it names.</summary>
    internal IEnumerable<string> Words { get; } = [.. Tasks.SelectMany(task => task.AllNodes).OfType<YamlScalarNode>().Select(node => node.Value ?? string.Empty).Concat(Outputs.Values)
        .SelectMany(text => s_word.Matches(text).Cast<Match>()).Select(match => match.Value).Distinct(StringComparer.Ordinal)];

    /// <summary>Whether it tells an output.</summary>
    internal bool Tells(string output) => Outputs.ContainsKey(output) || Outputs.ContainsKey("*");

    private static readonly Regex s_word = new("kf_[a-z_]+", RegexOptions.CultureInvariant);
    private static readonly Regex s_input = new("kf_in\\.([A-Za-z0-9]+)", RegexOptions.CultureInvariant);
}
