namespace KernelFault.Playbooks.Running;

/// <summary>What a machine's journal tells, record by record: the one way from records to an answer, while it runs and afterwards.</summary>
internal sealed class HostHistory
{
    /// <summary>Behind a step's id: the restart that belongs to it.</summary>
    internal const string Restart = "/restart";

    /// <summary>Behind a step's id: what took it back.</summary>
    internal const string Rollback = "/rollback";

    private readonly Dictionary<(string Id, int Item), StepHistory> _steps = [];
    private readonly List<StepHistory> _order = [];
    private readonly Dictionary<string, IReadOnlyList<object?>> _items = new(StringComparer.Ordinal);
    private HostStarted? _first;
    private string? _clock;
    private DateTime _last;

    /// <summary>How it ended; null while it is under way or broken off.</summary>
    internal HostEnded? End { get; private set; }

    /// <summary>Whether work on the machine was begun.</summary>
    internal bool HasBegun => _first is not null;

    /// <summary>Whether what was done was begun to be taken back on a person's order.</summary>
    internal bool IsUndone { get; private set; }

    /// <summary>The variables of the playbook as they were written; null when they were not.</summary>
    internal IReadOnlyDictionary<string, object?>? Variables { get; private set; }

    /// <summary>When work was begun, UTC.</summary>
    internal DateTime StartTime => _first?.Time ?? default;

    /// <summary>The steps in the order in which they were first begun.</summary>
    internal IReadOnlyList<StepHistory> Steps => _order;

    /// <summary>Whether a restart is under way, or an action that restarts: the machine may be away for a while.</summary>
    internal bool RestartIsUnderWay => _order.Exists(step => step.Started is not null && step.Ended is null && step.Id.EndsWith(Restart, StringComparison.Ordinal));

    /// <summary>Takes a record.</summary>
    internal void Apply(JournalRecord record)
    {
        _last = record.Time;
        switch (record)
        {
            case HostStarted started:
                // The first that could ask the machine tells how it was before.
                _first = _first is null || (_first.Facts is null && started.Facts is not null) ? started with { Time = _first?.Time ?? started.Time } : _first;
                Variables ??= started.Variables;
                _clock = started.Facts is { } facts ? ClockWarning.Of(facts) : _clock;
                IsUndone |= started.Undo;
                End = null;
                break;
            case StepItems items:
                _items[items.Id] = items.Items;
                break;
            case StepStarted started:
                Get(started.Id, started.Item).Apply(started);
                break;
            case StepEnded ended:
                Get(ended.Id, ended.Item).Apply(ended);
                break;
            case HostEnded ended:
                End = ended;
                break;
        }
    }

    /// <summary>Looks for a step.</summary>
    /// <returns>What is known of it; null when it was never begun.</returns>
    internal StepHistory? Find(string id, int? item) => _steps.TryGetValue((id, item ?? -1), out StepHistory? step) ? step : null;

    /// <summary>The elements for which a step is done; null when they were not written yet.</summary>
    internal IReadOnlyList<object?>? Items(string id) => _items.TryGetValue(id, out IReadOnlyList<object?>? items) ? items : null;

    /// <summary>What was done and can be taken back, the last first.</summary>
    /// <param name="prefix">What their ids begin with.</param>
    internal IReadOnlyList<StepHistory> RollbacksOf(string prefix) =>
        [.. _order.Where(step => step.Final?.Rollback is not null && step.Id.StartsWith(prefix, StringComparison.Ordinal)).OrderByDescending(step => step.Final!.Time).ThenByDescending(_order.IndexOf)];

    /// <summary>The answer.</summary>
    internal HostRun ToHostRun(string runId, string playbook, string host, string? folder, IReadOnlyList<string> warnings)
    {
        StepRun[] steps = [.. _order.Select(step => step.ToStepRun())];
        return new HostRun
        {
            RunId = runId,
            Playbook = playbook,
            Host = host,
            Status = End?.Status ?? (HasBegun ? RunStatus.Running : RunStatus.Waiting),
            Summary = End?.Summary ?? (HasBegun ? "It is under way, or was broken off." : "It was not begun."),
            Steps = steps,
            Changes = [.. steps.Where(step => step.Changed).SelectMany(step => step.Steps).Select(step => step.Text)],
            StartTime = StartTime,
            Seconds = HasBegun ? (_last - StartTime).TotalSeconds : 0,
            Before = _first?.Facts,
            After = End?.Facts,
            Outputs = End?.Outputs ?? PlaybookValue.Map(),
            Warnings = [.. warnings, .. _clock is null ? [] : new[] { _clock }, .. End?.Warnings ?? [], .. steps.SelectMany(step => step.Warnings.Select(warning => step.Id + ": " + warning))],
            Folder = folder,
        };
    }

    private StepHistory Get(string id, int? item)
    {
        if (!_steps.TryGetValue((id, item ?? -1), out StepHistory? step))
        {
            step = new StepHistory(id, item);
            _steps.Add((id, item ?? -1), step);
            _order.Add(step);
        }

        return step;
    }
}
