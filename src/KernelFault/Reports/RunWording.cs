using System.Globalization;
using KernelFault.Hosts;
using KernelFault.Playbooks;
using KernelFault.Playbooks.Running;

namespace KernelFault.Reports;

/// <summary>What a run's page says, whichever its form.</summary>
internal static class RunWording
{
    private const string NotKnown = "not known";

    /// <summary>A status in words.</summary>
    internal static string Of(RunStatus status) => status switch
    {
        RunStatus.RolledBack => "Taken back",
        RunStatus.NeedsPerson => "Needs a person",
        _ => status.ToString(),
    };

    /// <summary>A status in words.</summary>
    internal static string Of(StepStatus status) => status == StepStatus.NeedsPerson ? "Needs a person" : status.ToString();

    /// <summary>How many machines there are of each status, in one line.</summary>
    internal static string Counts(RemediationRun run) => string.Join(", ", run.Hosts
        .GroupBy(host => host.Status)
        .OrderBy(group => group.Key)
        .Select(group => string.Format(CultureInfo.InvariantCulture, "{0} {1}", group.Count(), Of(group.Key).ToLowerInvariant())));

    /// <summary>The run's own facts, as names and values.</summary>
    internal static IEnumerable<(string Name, string Value)> Head(RemediationRun run)
    {
        yield return ("Status", Of(run.Status));
        yield return ("Machines", run.Hosts.Count == 0 ? "none" : Counts(run));
        yield return ("Begun", Wording.Of(run.StartTime));
        yield return ("Ended", run.EndTime is DateTime end ? Wording.Of(end) : run.IsActive ? "under way" : NotKnown);
        yield return ("Run", run.Id);
        yield return ("Playbook", run.Playbook);
        if (run.PlaybookHash.Length > 0)
        {
            yield return ("SHA-256 of the playbook", run.PlaybookHash);
            yield return ("Signed by", run.IsBuiltIn ? "nobody; it comes with KernelFault" : run.Signer ?? "nobody");
        }
    }

    /// <summary>What a machine was before and after, as far as that is known; a value that did not change is not shown twice.</summary>
    internal static IEnumerable<(string Name, string Before, string After)> Facts(HostRun host)
    {
        foreach ((string name, Func<HostFacts, string?> value) in s_facts)
        {
            string before = host.Before is null ? NotKnown : value(host.Before) ?? NotKnown;
            string after = host.After is null ? NotKnown : value(host.After) ?? NotKnown;
            yield return (name, before, before == after && before != NotKnown ? "the same" : after);
        }
    }

    /// <summary>All evidence of a machine.</summary>
    internal static IEnumerable<EvidenceFile> Evidence(HostRun host) => host.Steps.SelectMany(step => step.Evidence);

    /// <summary>All warnings of a machine, with the title of the step they belong to; the machine has them with its id.</summary>
    internal static IEnumerable<string> Warnings(HostRun host) => host.Warnings
        .Except(host.Steps.SelectMany(step => step.Warnings.Select(warning => $"{step.Id}: {warning}")))
        .Concat(host.Steps.SelectMany(step => step.Warnings.Select(warning => $"{Name(step)}: {warning}")))
        .Distinct();

    /// <summary>A step's name: with its element when it was done for several.</summary>
    internal static string Name(StepRun step) => step.Item is int item ? string.Format(CultureInfo.InvariantCulture, "{0} ({1})", step.Title, item + 1) : step.Title;

    /// <summary>What a step kept a machine busy with, as a line.</summary>
    internal static string Of(HostStep step) => step.ExitCode is int code ? string.Format(CultureInfo.InvariantCulture, "{0} → {1}", step.Text, code) : step.Text;

    /// <summary>Seconds as a person says them.</summary>
    internal static string Seconds(double seconds) => double.IsNaN(seconds) || seconds < 0 || seconds > 1e9
        ? NotKnown
        : seconds < 10 ? string.Format(CultureInfo.InvariantCulture, "{0:0.0} s", seconds) : Wording.Duration((long)seconds);

    /// <summary>A value as a text, not longer than a page needs.</summary>
    internal static string Of(object? value) => value switch
    {
        null => "none",
        IReadOnlyList<object?> list when list.Count > RunReport.MaximumEntries => PlaybookValue.Text((object?[])[.. list.Take(RunReport.MaximumEntries)]) + string.Format(CultureInfo.InvariantCulture, " and {0} more", list.Count - RunReport.MaximumEntries),
        _ => PlaybookValue.Text(value),
    };

    private static readonly (string Name, Func<HostFacts, string?> Value)[] s_facts =
    [
        ("System", facts => facts.OperatingSystem),
        ("Version", facts => facts.Version),
        ("Build", facts => facts.Build),
        ("Started", facts => facts.BootTime is DateTime time ? Wording.Of(time) : null),
        ("Restart pending", facts => facts.PendingRestart is null ? null : facts.PendingRestart.Count == 0 ? "no" : string.Join(", ", facts.PendingRestart)),
    ];
}
