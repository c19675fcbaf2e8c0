namespace KernelFault.Playbooks.Exporting;

/// <summary>Into what a playbook is turned.</summary>
public enum PlaybookExportFormat : long
{
    /// <summary>A playbook of Ansible.</summary>
    Ansible,
}
