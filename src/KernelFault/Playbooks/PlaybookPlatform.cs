namespace KernelFault.Playbooks;

/// <summary>The systems a playbook or an action is for.</summary>
public enum PlaybookPlatform : long
{
    /// <summary>Windows and Linux.</summary>
    Any,

    /// <summary>Windows.</summary>
    Windows,

    /// <summary>Linux.</summary>
    Linux,
}
