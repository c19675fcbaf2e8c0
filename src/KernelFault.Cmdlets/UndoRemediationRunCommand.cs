using System.Management.Automation;
using KernelFault.Playbooks.Running;

namespace KernelFault.Cmdlets;

/// <summary>Takes back what runs did, the last first, by what their playbooks say takes each step back.</summary>
[Cmdlet(VerbsCommon.Undo, "RemediationRun", SupportsShouldProcess = true, ConfirmImpact = ConfirmImpact.High)]
[OutputType(typeof(HostRun))]
public sealed class UndoRemediationRunCommand : RunContinuationCmdlet
{
    /// <inheritdoc/>
    private protected override PlaybookRollout Begin(string id, RunContinuation continuation, PlaybookFiles files, RunServices services) =>
        PlaybookRollout.Undo(continuation, services, WhatIfOnly, Cancellation);

    /// <inheritdoc/>
    private protected override void Write(HostRun run)
    {
        if (WhatIfOnly)
        {
            RunPlanText.Show(this, run);
        }
        else
        {
            base.Write(run);
        }
    }
}
