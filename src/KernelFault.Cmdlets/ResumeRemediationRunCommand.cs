using System.Management.Automation;
using KernelFault.Playbooks;
using KernelFault.Playbooks.Running;

namespace KernelFault.Cmdlets;

/// <summary>Goes on with runs that were stopped, lost machines, wait for a person or died with their console. What was done is not done again.</summary>
[Cmdlet(VerbsLifecycle.Resume, "RemediationRun", SupportsShouldProcess = true, ConfirmImpact = ConfirmImpact.Medium)]
[OutputType(typeof(HostRun))]
public sealed class ResumeRemediationRunCommand : RunContinuationCmdlet
{
    /// <summary>What to do about a step of which nobody can tell whether it was done.</summary>
    [Parameter]
    public UnknownStep UnknownStep { get; set; }

    /// <inheritdoc/>
    private protected override Playbook Find(PlaybookFiles files, string id) => files.OfRun(Store, id);

    /// <inheritdoc/>
    private protected override PlaybookRollout Begin(RunContinuation continuation, Playbook? playbook, RunServices services) =>
        PlaybookRollout.Resume(continuation with { UnknownStep = UnknownStep }, playbook!, services, WhatIfOnly, Cancellation);

    /// <inheritdoc/>
    private protected override string Nothing => "It came to its end on every machine; there is nothing to go on with.";
}
