using System.Management.Automation;
using KernelFault.Playbooks;
using KernelFault.Playbooks.Running;

namespace KernelFault.Cmdlets;

/// <summary>Tells of runs of playbooks: those that ended, those under way in any process, and those broken off.</summary>
[Cmdlet(VerbsCommon.Get, "RemediationRun")]
[OutputType(typeof(RemediationRun))]
public sealed class GetRemediationRunCommand : RunCmdlet
{
    /// <summary>Ids of runs; without it, all, the latest first.</summary>
    [Parameter(Position = 0, ValueFromPipeline = true, ValueFromPipelineByPropertyName = true)]
    [Alias("RunId")]
    [ValidateNotNullOrEmpty]
    public string[] Id { get; set; } = [];

    /// <inheritdoc/>
    protected override void ProcessRecord()
    {
        if (Id.Length == 0)
        {
            foreach (RemediationRun run in Store.List())
            {
                Cancellation.ThrowIfCancellationRequested();
                WriteObject(run);
            }

            return;
        }

        foreach (string id in Id)
        {
            try
            {
                WriteObject(Store.Read(id));
            }
            catch (PlaybookException e)
            {
                WriteError(RunError.Of(e, id));
            }
        }
    }
}
