namespace KernelFault.Playbooks.Running;

/// <summary>Where playbooks that others include are found.</summary>
public interface IPlaybookSource
{
    /// <summary>Looks for a playbook.</summary>
    /// <param name="name">Its name, or the path of a file beside the playbook that includes it.</param>
    /// <param name="includedBy">The playbook that includes it.</param>
    /// <returns>The playbook; null when there is none.</returns>
    /// <exception cref="PlaybookException">It cannot be read.</exception>
    Playbook? Find(string name, Playbook includedBy);
}
