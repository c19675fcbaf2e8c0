using KernelFault.Analysis;

namespace KernelFault.Playbooks.Running;

/// <summary>What a run needs to go on, or to be taken back, besides its journal.</summary>
public sealed record RunContinuation
{
    /// <summary>The run's folder.</summary>
    public required string Folder { get; init; }

    /// <summary>Connects to a machine again: called once for each, before the work begins.</summary>
    public required Func<RunMachine, RunTarget> Connect { get; init; }

    /// <summary>The secret parameters, again: they are not in the journal. Nothing else can be given to a run that was begun.</summary>
    public IReadOnlyDictionary<string, object?> Secrets { get; init; } = PlaybookValue.Map();

    /// <summary>The crash it is about; null when it is not at hand. What the playbook names of it is in the journal.</summary>
    public KernelFaultAnalysis? Analysis { get; init; }

    /// <summary>Whether questions are answered with yes, and guards that may be overruled are; null for as it was begun.</summary>
    public bool? Force { get; init; }

    /// <summary>Whether a person is asked all the same, whatever was said before.</summary>
    public bool Confirm { get; init; }

    /// <summary>What to do about a step of which nobody knows whether it was done.</summary>
    public UnknownStep UnknownStep { get; init; }

    /// <summary>How many machines are worked on at a time; null for as it was begun.</summary>
    public int? ThrottleLimit { get; init; }
}
