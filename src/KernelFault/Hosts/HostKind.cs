namespace KernelFault.Hosts;

/// <summary>How a machine is reached.</summary>
public enum HostKind : long
{
    /// <summary>The machine this runs on.</summary>
    Local,

    /// <summary>The <c>ssh</c> program.</summary>
    OpenSsh,

    /// <summary>A PowerShell session: WinRM, SSH or PowerShell Direct.</summary>
    PowerShellSession,

    /// <summary>The folder of a Windows that is not running. Nothing can be run there.</summary>
    OfflineWindows,

    /// <summary>Answers captured before, played again.</summary>
    Recorded,
}
