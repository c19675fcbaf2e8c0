using System.Globalization;
using KernelFault.Analysis;
using KernelFault.Hosts;

namespace KernelFault.Playbooks.Actions;

/// <summary>What an action works with.</summary>
public sealed record ActionContext
{
    /// <summary>The machine.</summary>
    public required IHost Host { get; init; }

    /// <summary>The inputs by name, resolved, of the kinds that <see cref="ActionInput"/> says, defaults filled in. An input that is absent is not in it.</summary>
    public required IReadOnlyDictionary<string, object?> Inputs { get; init; }

    /// <summary>Folder here, of this machine in this run, for what the action keeps. It may have to be made.</summary>
    public required string Folder { get; init; }

    /// <summary>Folder here in which the playbook lies, for files that it brings; null for one that comes with this library.</summary>
    public string? PlaybookFolder { get; init; }

    /// <summary>Whether a file beside the playbook counts only with its hash in the playbook, because the run needs signatures: the playbook's is one of that file too then.</summary>
    public bool NeedsHash { get; init; }

    /// <summary>Whether the step says that it may change the machine: what <c>run-script</c> goes by, which cannot know.</summary>
    public bool Changes { get; init; }

    /// <summary>The crash the run is about; null when it was not given one.</summary>
    public KernelFaultAnalysis? Analysis { get; init; }

    /// <summary>Whether guards that may be overruled are.</summary>
    public bool Force { get; init; }

    /// <summary>How long the step may take in all; null for the action's own limits.</summary>
    public TimeSpan? Timeout { get; init; }

    /// <summary>The text of an input.</summary>
    /// <param name="name">Its name.</param>
    /// <returns>The text; null when it is absent.</returns>
    public string? Text(string name) => Inputs.TryGetValue(name, out object? value) && value is not null ? PlaybookValue.Text(value) : null;

    /// <summary>A whole number.</summary>
    /// <param name="name">Name of the input.</param>
    /// <returns>The number; null when it is absent.</returns>
    public long? Integer(string name) => Inputs.TryGetValue(name, out object? value) ? value as long? : null;

    /// <summary>A number.</summary>
    /// <param name="name">Name of the input.</param>
    /// <returns>The number; null when it is absent.</returns>
    public double? Number(string name) => Inputs.TryGetValue(name, out object? value) ? value switch { long whole => whole, double number => number, _ => null } : null;

    /// <summary>Whether an input is true.</summary>
    /// <param name="name">Name of the input.</param>
    /// <returns>Whether it is; false when it is absent.</returns>
    public bool Flag(string name) => Inputs.TryGetValue(name, out object? value) && value is true;

    /// <summary>A time, written in ISO 8601, such as <c>2026-11-21T08:00:00Z</c>; without an offset it is UTC.</summary>
    /// <param name="name">Name of the input.</param>
    /// <returns>The time, UTC; null when it is absent.</returns>
    /// <exception cref="PlaybookException">It is no time.</exception>
    public DateTime? Time(string name) => Text(name) is not { } text ? null
        : DateTime.TryParse(text, CultureInfo.InvariantCulture, DateTimeStyles.AdjustToUniversal | DateTimeStyles.AssumeUniversal, out DateTime time) ? time
        : throw new PlaybookException($"{name}: '{text}' is no time; 2026-11-21T08:00:00Z is one.");

    /// <summary>A list of texts.</summary>
    /// <param name="name">Name of the input.</param>
    /// <returns>The texts; empty when it is absent.</returns>
    public IReadOnlyList<string> Texts(string name) => Inputs.TryGetValue(name, out object? value)
        ? value switch { null => [], IReadOnlyList<object?> list => [.. list.Select(PlaybookValue.Text)], _ => [PlaybookValue.Text(value)] }
        : [];
}
