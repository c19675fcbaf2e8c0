using KernelFault.Playbooks.Actions;

namespace KernelFault.Playbooks.Running;

/// <summary>What a run works with.</summary>
public sealed record RunServices
{
    /// <summary>The actions there are.</summary>
    public required PlaybookActions Actions { get; init; }

    /// <summary>Where included playbooks are found; null when none may be included.</summary>
    public IPlaybookSource? Playbooks { get; init; }

    /// <summary>Who is asked.</summary>
    public IRunPerson Person { get; init; } = new NobodyThere();

    /// <summary>What writes reports; null when none may be asked for.</summary>
    public IRunReport? Report { get; init; }

    /// <summary>Told how far machines are, on any thread; null when nobody listens.</summary>
    public IProgress<RunProgress>? Progress { get; init; }

    /// <summary>Waits before a step is tried again, until cancelled at the latest.</summary>
    internal Action<TimeSpan, CancellationToken> Wait { get; init; } = static (time, cancellation) => cancellation.WaitHandle.WaitOne(time);

    /// <summary>How journals are written.</summary>
    internal JournalWrite JournalWrite { get; init; } = JournalFile.WriteThrough;
}
