using System.Collections.Concurrent;
using System.Globalization;
using System.Management.Automation;
using System.Management.Automation.Host;
using KernelFault.Formats;
using KernelFault.Playbooks.Running;

namespace KernelFault.Cmdlets;

/// <summary>What a run of a playbook and a pipeline have to do with each other: progress, questions, and results as they come.</summary>
/// <param name="cmdlet">The cmdlet; only the pipeline's thread may use it.</param>
/// <param name="activity">What is done, for progress.</param>
internal sealed class RolloutDoor(Cmdlet cmdlet, string activity) : IRunPerson, IProgress<RunProgress>
{
    private const int Overall = 2;
    private const int FirstHost = 100;

    private static readonly TimeSpan s_wait = TimeSpan.FromMilliseconds(20);

    private readonly ConcurrentQueue<Action> _calls = new();
    private readonly ConcurrentDictionary<string, int> _hosts = new(StringComparer.Ordinal);
    private readonly ConcurrentDictionary<string, int> _last = new(StringComparer.Ordinal);
    private int _nextHost = FirstHost;

    /// <inheritdoc/>
    public bool? Ask(RunQuestion question, CancellationToken cancellation)
    {
        var answer = new TaskCompletionSource<bool?>(TaskCreationOptions.RunContinuationsAsynchronously);
        _calls.Enqueue(() =>
        {
            try
            {
                answer.SetResult(AskNow(question));
            }
            catch (PipelineStoppedException)
            {
                answer.SetCanceled();
                throw;
            }
        });
        answer.Task.Wait(cancellation);
        return answer.Task.Result;
    }

    /// <inheritdoc/>
    public void Report(RunProgress value)
    {
        // Ten times a second is enough for an eye; a new step is always told.
        string key = value.Host + "\n" + value.Step;
        int now = Environment.TickCount;
        if (_last.TryGetValue(key, out int last) && unchecked(now - last) < 100)
        {
            return;
        }

        _last[key] = now;
        _calls.Enqueue(() => cmdlet.WriteProgress(HostRecord(value)));
    }

    /// <summary>Takes all results, on the pipeline's thread.</summary>
    /// <param name="rollout">The run.</param>
    /// <param name="write">Gets each.</param>
    internal void Pump(PlaybookRollout rollout, Action<HostRun> write)
    {
        while (!rollout.IsOver)
        {
            HostRun? run = rollout.Take(s_wait);
            WritePosted();
            if (run is null)
            {
                continue;
            }

            EndProgress(run.Host);
            if (rollout.Count > 1)
            {
                cmdlet.WriteProgress(new ProgressRecord(Overall, PrintableText.Clean(activity), string.Format(CultureInfo.InvariantCulture, "{0} of {1} machines", rollout.Ended, rollout.Count))
                {
                    PercentComplete = (int)(100L * rollout.Ended / rollout.Count),
                });
            }

            write(run);
        }

        WritePosted();
        foreach (string host in _hosts.Keys)
        {
            EndProgress(host);
        }

        if (rollout.Count > 1)
        {
            cmdlet.WriteProgress(new ProgressRecord(Overall, PrintableText.Clean(activity), " ") { RecordType = ProgressRecordType.Completed });
        }
    }

    private bool? AskNow(RunQuestion question)
    {
        string host = question.Host;
        if (question.Kind == RunQuestionKind.Change)
        {
            string text = PrintableText.Clean($"{host}: {question.Text}: {string.Join("; ", question.Plan)}");
            return cmdlet.ShouldProcess(text, text + "?", "Change the machine");
        }

        try
        {
            return cmdlet.ShouldContinue(PrintableText.Clean($"{host}: {question.Text}"), PrintableText.Clean($"Step '{question.Step}'"));
        }
        catch (Exception e) when (e is PSInvalidOperationException or HostException or NotImplementedException)
        {
            // Nobody is at this console: a host that cannot ask says so by any of these.
            return null;
        }
    }

    private ProgressRecord HostRecord(RunProgress value)
    {
        int id = _hosts.GetOrAdd(value.Host, _ => Interlocked.Increment(ref _nextHost));
        string status = PrintableText.Clean(value.Status);
        return new ProgressRecord(id, PrintableText.Clean(value.Host), status.Length == 0 ? " " : status)
        {
            ParentActivityId = Overall,
            CurrentOperation = PrintableText.Clean(value.Step),
            PercentComplete = value.Percentage is { } part ? (int)Math.Max(0, Math.Min(100, part)) : value.Total > 0 ? 100 * value.Done / value.Total : -1,
        };
    }

    private void EndProgress(string host)
    {
        if (_hosts.TryRemove(host, out int id))
        {
            cmdlet.WriteProgress(new ProgressRecord(id, PrintableText.Clean(host), " ") { ParentActivityId = Overall, RecordType = ProgressRecordType.Completed });
        }
    }

    private void WritePosted()
    {
        while (_calls.TryDequeue(out Action? call))
        {
            call();
        }
    }
}
