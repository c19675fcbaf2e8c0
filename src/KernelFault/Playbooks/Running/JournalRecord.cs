using System.Text.Json.Serialization;

namespace KernelFault.Playbooks.Running;

/// <summary>A line of a journal.</summary>
[JsonPolymorphic(TypeDiscriminatorPropertyName = "kind")]
[JsonDerivedType(typeof(RunStarted), "run-started")]
[JsonDerivedType(typeof(RunResumed), "run-resumed")]
[JsonDerivedType(typeof(BatchStarted), "batch-started")]
[JsonDerivedType(typeof(RunEnded), "run-ended")]
[JsonDerivedType(typeof(HostStarted), "host-started")]
[JsonDerivedType(typeof(StepItems), "step-items")]
[JsonDerivedType(typeof(StepStarted), "step-started")]
[JsonDerivedType(typeof(StepEnded), "step-ended")]
[JsonDerivedType(typeof(HostEnded), "host-ended")]
internal abstract record JournalRecord
{
    /// <summary>When it was written, UTC by this machine's clock.</summary>
    public required DateTime Time { get; init; }
}
