using KernelFault.Hosts;

namespace KernelFault.Playbooks.Running;

/// <summary>Takes back on one machine what a run did to it.</summary>
/// <param name="work">The machine.</param>
internal sealed class UndoRunner(HostWork work)
{
    /// <summary>Takes it back, or in a rehearsal shows how; the end is in the journal afterwards.</summary>
    /// <exception cref="JournalException">The journal cannot be written.</exception>
    internal void Run()
    {
        RunStatus status;
        string summary;
        HostFacts? facts = null;
        try
        {
            facts = work.Host.GetFacts(work.Cancellation);
            work.Journal.Append(new HostStarted { Time = DateTime.UtcNow, Facts = facts, Variables = null, Undo = true });
            (status, summary) = new RollbackRunner(work, new StepExecutor(work)).Run(string.Empty, work.Rehearsal == RunRehearsal.Plan ? "Shown only." : "It was undone.", retryFailed: true);
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
            (status, summary) = (RunStatus.Stopped, "It was stopped before the machine was asked.");
        }

        if (facts is null)
        {
            work.Journal.Append(new HostStarted { Time = DateTime.UtcNow, Facts = null, Variables = null, Undo = true });
        }

        work.Journal.Append(new HostEnded
        {
            Time = DateTime.UtcNow,
            Status = work.Rehearsal == RunRehearsal.Plan && status == RunStatus.RolledBack ? RunStatus.Planned : status,
            Summary = work.Secrets.Text(summary),
            Facts = facts,
            Outputs = PlaybookValue.Map(),
            Warnings = [],
        });
    }
}
