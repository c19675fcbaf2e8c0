namespace KernelFault.Playbooks.Actions;

/// <summary>An entry of a machine's log.</summary>
/// <param name="Time">When, UTC; null when the entry does not say.</param>
/// <param name="Provider">Who wrote it.</param>
/// <param name="Id">Number of the event; null on Linux, whose entries have none.</param>
/// <param name="Level">Critical, Error, Warning, Information or Verbose; null when the entry does not say.</param>
/// <param name="Text">What it says, in the machine's language.</param>
internal sealed record MachineEvent(DateTime? Time, string Provider, long? Id, string? Level, string Text)
{
    /// <summary>What is in each map of a list of events, for descriptions.</summary>
    internal const string Fields = "time (UTC), provider, id (null on Linux), level (Critical, Error, Warning, Information or Verbose) and text in the machine's language";

    /// <summary>Values of the entry.</summary>
    internal IReadOnlyDictionary<string, object?> Value() => PlaybookValue.Map(("time", Time), ("provider", Provider), ("id", Id), ("level", Level), ("text", Text));
}
