using KernelFault.Hosts;

namespace KernelFault.Playbooks.Running;

/// <summary>A machine that a playbook is run on.</summary>
/// <param name="Name">As its user named it.</param>
/// <param name="Open">Connects to it, on a worker's thread; the host is disposed when the work on it is done.</param>
public sealed record RunTarget(string Name, Func<CancellationToken, IHost> Open)
{
    /// <summary>What the inventory says of it: <c>host.NAME</c> in the playbook, and parameters of their names.</summary>
    public IReadOnlyDictionary<string, object?> Variables { get; init; } = PlaybookValue.Map();

    /// <summary>How it is reached, for a door to do it again in a resume: kept in the journal, so no secrets.</summary>
    public IReadOnlyDictionary<string, object?> Connection { get; init; } = PlaybookValue.Map();
}
