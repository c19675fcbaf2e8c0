using System.Management.Automation;
using KernelFault.Playbooks.Running;

namespace KernelFault.Cmdlets;

/// <summary>A cmdlet about runs of playbooks that were begun before.</summary>
public abstract class RunCmdlet : EngineCmdlet
{
    /// <summary>Folder of the runs; without it, the one in the user's data.</summary>
    [Parameter]
    [ValidateNotNullOrEmpty]
    public string? RunPath { get; set; }

    /// <summary>The runs.</summary>
    private protected RunStore Store => new(RunPath is null ? null : SessionState.Path.GetUnresolvedProviderPathFromPSPath(RunPath));
}
