using KernelFault.Hosts;

namespace KernelFault.Playbooks.Running;

/// <summary>
/// Runs a playbook on many machines, several at a time, in batches where that is asked for, and gives what became of each as it comes.
/// One thread takes; the work runs on threads of its own.
/// </summary>
public sealed class PlaybookRollout : IDisposable
{
    private static readonly TimeSpan s_look = TimeSpan.FromMilliseconds(250);

    private readonly RunPlan _plan;
    private readonly List<(RunStartedHost Entry, RunTarget Target)> _machines;
    private readonly Queue<int> _batches;
    private readonly JournalFile? _journal;
    private readonly IDisposable? _lock;
    private readonly CancellationTokenSource _stop;
    private readonly CancellationToken _token;
    private readonly Timer? _watch;
    private readonly int _maximumFailures;
    private readonly string? _temporary;
    private HostBatch<HostRun?>? _batch;
    private int _next;
    private int _batchNumber;
    private int _failures;
    private volatile bool _halted;

    internal PlaybookRollout(RunPlan plan, List<(RunStartedHost Entry, RunTarget Target)> machines, JournalFile? journal, IDisposable? held, string? temporary, CancellationToken cancellation)
    {
        (_plan, _machines, _journal, _lock, _temporary) = (plan, machines, journal, held, temporary);
        _batches = new Queue<int>(RunCount.Batches(plan.Options.Serial, machines.Count));
        _maximumFailures = plan.Options.MaxFailure is { } maximum ? RunCount.Of(maximum, plan.Started.Hosts.Count) : int.MaxValue;
        _stop = CancellationTokenSource.CreateLinkedTokenSource(cancellation);
        _token = _stop.Token;
        _watch = journal is null ? null : new Timer(_ => LookForStop(), null, s_look, s_look);
    }

    /// <summary>Id of the run.</summary>
    public string RunId => _plan.Started.RunId;

    /// <summary>The run's folder; null for a rehearsal, and for a run that has nothing to go on with.</summary>
    public string? Folder => _journal is null ? null : _plan.Folder.Path;

    /// <summary>How many machines it is to work on.</summary>
    public int Count => _machines.Count;

    /// <summary>How many machines came to an end so far.</summary>
    public int Ended { get; private set; }

    /// <summary>Whether all is over: every machine that was begun came to an end, and no other one will be begun.</summary>
    public bool IsOver { get; private set; }

    /// <summary>Begins a run. The work begins with the first <see cref="Take"/>.</summary>
    /// <param name="request">What is to be run, and where.</param>
    /// <param name="services">What it works with.</param>
    /// <param name="store">Where the run is kept.</param>
    /// <param name="cancellation">Ends all of it at once; it can be resumed.</param>
    /// <returns>The run.</returns>
    /// <exception cref="PlaybookException">A parameter is missing or wrong.</exception>
    /// <exception cref="JournalException">The run's folder cannot be written.</exception>
    public static PlaybookRollout Begin(RunRequest request, RunServices services, RunStore store, CancellationToken cancellation) =>
        RolloutStart.Begin(request, services, store ?? throw new ArgumentNullException(nameof(store)), cancellation);

    /// <summary>Shows what a run would do. Nothing is changed and nothing is kept.</summary>
    /// <param name="request">What is to be run, and where.</param>
    /// <param name="services">What it works with.</param>
    /// <param name="check">Whether steps that only look are done, so that conditions can be told.</param>
    /// <param name="cancellation">Ends all of it at once.</param>
    /// <returns>The rehearsal.</returns>
    /// <exception cref="PlaybookException">A parameter is missing or wrong.</exception>
    public static PlaybookRollout Rehearse(RunRequest request, RunServices services, bool check, CancellationToken cancellation) => RolloutStart.Rehearse(request, services, check, cancellation);

    /// <summary>Goes on with a run that was stopped, lost machines, waits for a person or died with its console.</summary>
    /// <param name="continuation">What it needs besides its journal.</param>
    /// <param name="playbook">The playbook, read from the copy in the run's folder.</param>
    /// <param name="services">What it works with.</param>
    /// <param name="rehearse">Whether it is only shown.</param>
    /// <param name="cancellation">Ends all of it at once; it can be resumed again.</param>
    /// <returns>The run, with the machines that are not over.</returns>
    /// <exception cref="PlaybookException">It cannot be resumed: another process works on it, its playbook or journal was changed, a secret is missing.</exception>
    public static PlaybookRollout Resume(RunContinuation continuation, Playbook playbook, RunServices services, bool rehearse, CancellationToken cancellation) =>
        RolloutStart.Continue(continuation, playbook ?? throw new ArgumentNullException(nameof(playbook)), services, rehearse, cancellation);

    /// <summary>Takes back what a run did, the last first, on every machine where there is something to take back.</summary>
    /// <param name="continuation">What it needs besides its journal.</param>
    /// <param name="services">What it works with.</param>
    /// <param name="rehearse">Whether it is only shown.</param>
    /// <param name="cancellation">Ends all of it at once; it can be undone again.</param>
    /// <returns>The run, with those machines.</returns>
    /// <exception cref="PlaybookException">It cannot be undone: another process works on it, or its journal was changed.</exception>
    public static PlaybookRollout Undo(RunContinuation continuation, RunServices services, bool rehearse, CancellationToken cancellation) =>
        RolloutStart.Continue(continuation, null, services, rehearse, cancellation);

    /// <summary>Waits a while for the next machine to come to an end.</summary>
    /// <param name="wait">How long at most.</param>
    /// <returns>What became of it; null when none came to an end in that time, or when all is over.</returns>
    /// <exception cref="JournalException">The run's journal cannot be written.</exception>
    public HostRun? Take(TimeSpan wait)
    {
        while (!IsOver)
        {
            if (_batch is null || _batch.Taken == _batch.Added)
            {
                _batch?.Dispose();
                _batch = null;
                if (!NextBatch())
                {
                    End();
                }

                continue;
            }

            HostOutcome<HostRun?>? outcome = _batch.Take(wait);
            if (outcome is null)
            {
                return null;
            }

            if (outcome.Error is NotBegunException)
            {
                continue;
            }

            HostRun run = outcome.Result ?? Lost(outcome);
            Ended++;
            _failures += RunState.IsFailure(run.Status) ? 1 : 0;
            _halted |= _failures > _maximumFailures;
            return run;
        }

        return null;
    }

    /// <summary>Stops what is under way, without waiting for it.</summary>
    public void Stop() => _stop.Cancel();

    /// <summary>Stops what is still under way, and gives it a moment to write down where it stands.</summary>
    public void Dispose()
    {
        const int Moment = 5000;
        if (!IsOver)
        {
            _stop.Cancel();
            int begun = Environment.TickCount;
            while (!IsOver && unchecked(Environment.TickCount - begun) < Moment)
            {
                try
                {
                    _ = Take(TimeSpan.FromMilliseconds(50));
                }
                catch (JournalException)
                {
                    break;
                }
            }
        }

        _watch?.Dispose();
        _batch?.Dispose();
        _journal?.Dispose();
        _lock?.Dispose();
        _stop.Dispose();
        if (_temporary is not null && Directory.Exists(_temporary))
        {
            Directory.Delete(_temporary, recursive: true);
        }
    }

    private bool NextBatch()
    {
        if (_batches.Count == 0 || _halted || _token.IsCancellationRequested)
        {
            return false;
        }

        int count = _batches.Dequeue();
        List<(RunStartedHost Entry, RunTarget Target)> machines = _machines.GetRange(_next, count);
        _next += count;
        _journal?.Append(new BatchStarted { Time = DateTime.UtcNow, Number = ++_batchNumber, Hosts = [.. machines.Select(machine => machine.Entry.File)] });
        _batch = new HostBatch<HostRun?>(_plan.Options.ThrottleLimit, CancellationToken.None);
        foreach ((RunStartedHost entry, RunTarget target) in machines)
        {
            _batch.Add(entry.File, _ => _halted || _token.IsCancellationRequested ? throw new NotBegunException() : new MachineWork(_plan, entry, target, _token).Run());
        }

        return true;
    }

    private HostRun Lost(HostOutcome<HostRun?> outcome)
    {
        (RunStartedHost entry, _) = _machines.Find(machine => machine.Entry.File == outcome.Host);
        return new HostRun
        {
            RunId = RunId,
            Playbook = _plan.Started.Playbook,
            Host = entry.Name,
            Status = RunStatus.Failed,
            Summary = outcome.Error!.Message,
            Steps = [],
            Changes = [],
            StartTime = DateTime.UtcNow,
            Seconds = 0,
            Before = null,
            After = null,
            Outputs = PlaybookValue.Map(),
            Warnings = [],
            Folder = Folder,
        };
    }

    private void End()
    {
        _watch?.Dispose();
        if (_journal is not null)
        {
            RunRecord record = RunRecord.Read(_plan.Folder.Path);
            RunStatus status = RunState.Worst(_plan.Started.Hosts.Select(host => record.History(host, out _)).Select(history => history.End?.Status ?? (history.HasBegun ? RunStatus.Running : RunStatus.Waiting)));
            string summary = _halted ? $"More than {_maximumFailures} machines failed; no other one was begun." : _token.IsCancellationRequested ? "It was stopped." : "Every machine came to an end.";
            _journal.Append(new RunEnded { Time = DateTime.UtcNow, Status = status, Summary = summary });
            File.Delete(_plan.Folder.StopFile);
            _journal.Dispose();
            _lock?.Dispose();
        }

        IsOver = true;
    }

    private void LookForStop()
    {
        try
        {
            if (File.Exists(_plan.Folder.StopFile))
            {
                _stop.Cancel();
            }
        }
        catch (ObjectDisposedException)
        {
            // It ended in the same moment.
        }
    }
}
