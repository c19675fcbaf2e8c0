using System.Management.Automation;
using KernelFault.Playbooks;
using KernelFault.Playbooks.Running;

namespace KernelFault.Cmdlets;

/// <summary>Takes back what runs did, the last first, by what their playbooks say takes each step back.</summary>
[Cmdlet(VerbsCommon.Undo, "RemediationRun", SupportsShouldProcess = true, ConfirmImpact = ConfirmImpact.High)]
[OutputType(typeof(HostRun))]
public sealed class UndoRemediationRunCommand : RunContinuationCmdlet
{
    /// <inheritdoc/>
    private protected override Playbook? Find(PlaybookFiles files, string id) => null;

    /// <inheritdoc/>
    private protected override PlaybookRollout Begin(RunContinuation continuation, Playbook? playbook, RunServices services) =>
        PlaybookRollout.Undo(continuation, services, WhatIfOnly, Cancellation);

    /// <inheritdoc/>
    private protected override string Nothing => "There is nothing to take back.";
}
