using KernelFault.Hosts;

namespace KernelFault.Playbooks.Running;

/// <summary>Work on a machine is begun, or goes on.</summary>
internal sealed record HostStarted : JournalRecord
{
    /// <summary>The machine; null when it could not be asked.</summary>
    public required HostFacts? Facts { get; init; }

    /// <summary>The variables of the playbook as they were resolved the first time; null when it went on or could not be asked.</summary>
    public required IReadOnlyDictionary<string, object?>? Variables { get; init; }

    /// <summary>Whether what was done is taken back.</summary>
    public required bool Undo { get; init; }
}
