using KernelFault.Hosts;

namespace KernelFault.Playbooks.Running;

/// <summary>What a journal tells of a step, or of one element of a step for a list.</summary>
/// <param name="id">The step's id.</param>
/// <param name="item">The element; null for none.</param>
internal sealed class StepHistory(string id, int? item)
{
    private readonly List<HostStep> _steps = [];
    private readonly List<EvidenceFile> _evidence = [];
    private readonly List<string> _warnings = [];
    private double _seconds;
    private bool _changed;
    private bool _reopened;
    private DateTime _firstTime;

    internal string Id { get; } = id;

    internal int? Item { get; } = item;

    /// <summary>The last try that was begun; null when none was.</summary>
    internal StepStarted? Started { get; private set; }

    /// <summary>How the last try ended; null while its end is not known.</summary>
    internal StepEnded? Ended { get; private set; }

    /// <summary>How many tries were begun.</summary>
    internal int Attempts { get; private set; }

    /// <summary>How many tries failed and were to be followed by another.</summary>
    internal int FailedTries { get; private set; }

    /// <summary>The end that a resume does not ask for again; null when there is none.</summary>
    internal StepEnded? Final => !_reopened && Ended is { IsFinal: true } ended ? ended : null;

    /// <summary>Whether a try was begun of which nobody knows how far it came: a console died, a connection was lost, or it was stopped.</summary>
    internal bool IsUnderWay => Started is not null && (Ended is null || Ended.Status == StepStatus.Stopped);

    /// <summary>Lets a step that failed be done again.</summary>
    internal void Reopen() => _reopened = true;

    internal void Apply(StepStarted started)
    {
        _reopened = false;
        Begin(started.Time);
        Started = started;
        Ended = null;
        Attempts = Math.Max(Attempts, started.Attempt);
    }

    internal void Apply(StepEnded ended)
    {
        Begin(ended.Time);
        _reopened = false;
        Ended = ended;
        FailedTries += ended.WillRetry ? 1 : 0;
        Attempts = Math.Max(Attempts, ended.Attempt);
        _changed |= ended.Changed;
        _seconds += ended.Seconds;
        _steps.AddRange(ended.Steps);
        _evidence.AddRange(ended.Evidence);
        _warnings.AddRange(ended.Warnings);
    }

    /// <summary>Whether a try of it changed the machine, or may have.</summary>
    internal bool HasChanged => _changed;

    internal StepRun ToStepRun() => new()
    {
        Id = Id,
        Item = Item,
        Title = Ended?.Title ?? Started!.Title,
        Why = Ended?.Why ?? Started?.Why,
        Action = Ended?.Action ?? Started!.Action,
        Status = Ended is null or { WillRetry: true } ? StepStatus.Running : Ended.Status,
        Summary = Ended?.Summary ?? "It was begun, and its end is not known.",
        Changed = _changed,
        Attempts = Attempts,
        StartTime = _firstTime,
        Seconds = _seconds,
        Inputs = Started?.Inputs ?? PlaybookValue.Map(),
        Outputs = Ended?.Outputs ?? PlaybookValue.Map(),
        Plan = Started?.Plan ?? [],
        Steps = [.. _steps],
        Evidence = [.. _evidence],
        Warnings = [.. _warnings.Distinct(StringComparer.Ordinal)],
    };

    private void Begin(DateTime time) => _firstTime = _firstTime == default ? time : _firstTime;
}
