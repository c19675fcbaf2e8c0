namespace KernelFault.Playbooks.Actions;

/// <summary>
/// An action that the engine does itself, because it needs the run and not only the machine: another playbook, or the report of the run
/// so far. It is known by what it is, and never planned or executed by itself.
/// </summary>
public interface IEngineAction
{
    /// <summary>What it is, what it takes and what it gives.</summary>
    PlaybookActionInfo Info { get; }
}
