using KernelFault.Hosts;

namespace KernelFault.Playbooks.Running;

/// <summary>What every record of a step says of it, from which its beginning and its end are written down.</summary>
/// <param name="Id">Its id, with those of the steps that include it.</param>
/// <param name="Item">The element of its list, from 0; null for none.</param>
/// <param name="Title">Its title, without secrets.</param>
/// <param name="Why">Why it is done; null when that is not said.</param>
/// <param name="Action">Name of its action.</param>
internal sealed record StepLabel(string Id, int? Item, string Title, string? Why, string Action)
{
    /// <summary>That a try is begun now.</summary>
    /// <param name="attempt">The how manieth, from 1; 0 in a rehearsal.</param>
    /// <param name="inputs">What it is given, without secrets.</param>
    /// <param name="plan">What it is going to do, without secrets.</param>
    /// <param name="facts">The machine, by whose boot time a restart is known; null where that does not matter.</param>
    internal StepStarted Started(int attempt, IReadOnlyDictionary<string, object?> inputs, IReadOnlyList<string> plan, HostFacts? facts) => new()
    {
        Time = DateTime.UtcNow,
        Id = Id,
        Item = Item,
        Attempt = attempt,
        Title = Title,
        Why = Why,
        Action = Action,
        Inputs = inputs,
        Plan = plan,
        BootTime = facts?.BootTime,
        ClockAheadSeconds = facts?.ClockAheadSeconds,
    };

    /// <summary>That it is over now, to be completed.</summary>
    /// <param name="attempt">The how manieth try it was, from 1; 0 when it was not begun.</param>
    /// <param name="status">How it ended.</param>
    /// <param name="summary">One sentence, without secrets.</param>
    internal StepEnded Ended(int attempt, StepStatus status, string summary) => new()
    {
        Time = DateTime.UtcNow,
        Id = Id,
        Item = Item,
        Attempt = attempt,
        Title = Title,
        Why = Why,
        Action = Action,
        Status = status,
        Summary = summary,
    };
}
