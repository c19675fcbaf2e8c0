using System.Management.Automation;
using KernelFault.Formats;
using KernelFault.Playbooks;

namespace KernelFault.Cmdlets;

/// <summary>Stops runs that another process works on, within a second, in the middle of a step too; they can be resumed.</summary>
[Cmdlet(VerbsLifecycle.Stop, "RemediationRun", SupportsShouldProcess = true, ConfirmImpact = ConfirmImpact.Medium)]
[OutputType(typeof(void))]
public sealed class StopRemediationRunCommand : RunCmdlet
{
    /// <summary>Ids of runs.</summary>
    [Parameter(Mandatory = true, Position = 0, ValueFromPipeline = true, ValueFromPipelineByPropertyName = true)]
    [Alias("RunId")]
    [ValidateNotNullOrEmpty]
    public string[] Id { get; set; } = [];

    /// <inheritdoc/>
    protected override void ProcessRecord()
    {
        foreach (string id in Id)
        {
            try
            {
                if (!Store.IsActive(id) || (ShouldProcess(PrintableText.Clean(Store.Folder(id)), "Stop the run, which can be resumed") && !Store.Stop(id)))
                {
                    WriteWarning(PrintableText.Clean($"No process works on the run '{id}'."));
                }
            }
            catch (PlaybookException e)
            {
                WriteError(RunError.Of(e, id));
            }
        }
    }
}
