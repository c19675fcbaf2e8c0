using KernelFault.Hosts;

namespace KernelFault.Playbooks.Running;

/// <summary>
/// Runs a playbook on one machine, from the beginning or on from where its journal ends: the walk is the same, and what the journal
/// says was done gives its outputs without being done.
/// </summary>
/// <param name="work">The machine.</param>
/// <param name="soFar">What became of the machine so far, for reports.</param>
internal sealed class PlaybookRunner(HostWork work, Func<HostRun> soFar)
{
    /// <summary>Runs it; the end is in the journal afterwards.</summary>
    /// <param name="playbook">The playbook.</param>
    /// <param name="given">Its parameters.</param>
    /// <exception cref="JournalException">The journal cannot be written.</exception>
    internal void Run(Playbook playbook, IReadOnlyDictionary<string, object?> given)
    {
        var warnings = new List<string>();
        RunStatus status;
        string summary;
        IReadOnlyDictionary<string, object?> outputs = PlaybookValue.Map();
        try
        {
            HostFacts facts = Facts();
            if (work.History.Steps.Count == 0 && RunFacts.Refusal(playbook.Requires, work.Host, facts) is { } refusal)
            {
                Start(facts, null);
                throw new RunBreak(RunStatus.Refused, refusal);
            }

            RunFrame frame;
            try
            {
                frame = RunFrame.Of(work, playbook, given);
            }
            catch (PlaybookException e)
            {
                Start(facts, null);
                throw new RunBreak(RunStatus.Failed, e.Message);
            }

            Start(facts, frame.Variables);
            (status, summary) = new FrameRunner(work, soFar, playbook.Steps.Count).Run(frame, warnings);
            outputs = frame.Outputs(work, warnings);
        }
        catch (RunBreak e)
        {
            (status, summary) = (e.Status, e.Message);
        }
        catch (HostException e)
        {
            (status, summary) = (RunStatus.Unreachable, e.Message);
        }
        catch (OperationCanceledException)
        {
            (status, summary) = (RunStatus.Stopped, "It was stopped.");
        }

        work.Journal.Append(new HostEnded
        {
            Time = DateTime.UtcNow,
            Status = work.Rehearsal != RunRehearsal.None && status is (RunStatus.Succeeded or RunStatus.RolledBack) ? RunStatus.Planned : status,
            Summary = work.Secrets.Text(summary),
            Facts = status == RunStatus.Unreachable ? null : FactsOrNull(),
            Outputs = work.Secrets.Map(outputs),
            Warnings = work.Secrets.Texts(warnings),
        });
    }

    private HostFacts Facts()
    {
        try
        {
            return work.Host.GetFacts(work.Cancellation);
        }
        catch (HostException e)
        {
            Start(null, null);
            throw new RunBreak(RunStatus.Unreachable, e.Message);
        }
        catch (OperationCanceledException)
        {
            throw new RunBreak(RunStatus.Stopped, "It was stopped before the machine was asked.");
        }
    }

    private HostFacts? FactsOrNull()
    {
        try
        {
            return work.Host.GetFacts(CancellationToken.None);
        }
        catch (Exception e) when (e is HostException or OperationCanceledException)
        {
            return null;
        }
    }

    private void Start(HostFacts? facts, IReadOnlyDictionary<string, object?>? variables) =>
        work.Journal.Append(new HostStarted { Time = DateTime.UtcNow, Facts = facts, Variables = work.History.Variables is null && variables is not null ? work.Secrets.Map(variables) : null, Undo = false });
}
