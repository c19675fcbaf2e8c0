namespace KernelFault.Playbooks.Running;

/// <summary>What the states of machines mean for a run.</summary>
internal static class RunState
{
    // The worst first. Machines that were not begun make a run one that was stopped.
    private static readonly RunStatus[] s_severity =
    [
        RunStatus.Running, RunStatus.Failed, RunStatus.Unreachable, RunStatus.NeedsPerson, RunStatus.Stopped, RunStatus.Waiting, RunStatus.RolledBack, RunStatus.Refused, RunStatus.Planned, RunStatus.Succeeded,
    ];

    /// <summary>Whether a machine's part is over for good.</summary>
    internal static bool IsFinal(RunStatus status) => status is RunStatus.Succeeded or RunStatus.Failed or RunStatus.RolledBack or RunStatus.Refused or RunStatus.Planned;

    /// <summary>Whether it counts as a failure of a roll-out.</summary>
    internal static bool IsFailure(RunStatus status) => status is RunStatus.Failed or RunStatus.RolledBack or RunStatus.Unreachable;

    /// <summary>How a run stands by how its machines do.</summary>
    internal static RunStatus Worst(IEnumerable<RunStatus> statuses)
    {
        RunStatus worst = statuses.Select(status => (Status: status, Rank: Array.IndexOf(s_severity, status))).OrderBy(pair => pair.Rank).First().Status;
        return worst == RunStatus.Waiting ? RunStatus.Stopped : worst;
    }
}
