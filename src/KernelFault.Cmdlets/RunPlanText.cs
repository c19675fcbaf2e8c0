using System.Management.Automation;
using KernelFault.Formats;
using KernelFault.Playbooks;
using KernelFault.Playbooks.Running;

namespace KernelFault.Cmdlets;

/// <summary>Shows what a rehearsal found, the way <c>-WhatIf</c> shows things.</summary>
internal static class RunPlanText
{
    /// <summary>Shows the steps that would change a machine, or may; those that only look are told with -Verbose.</summary>
    /// <param name="cmdlet">The cmdlet.</param>
    /// <param name="run">The rehearsal.</param>
    /// <param name="playbook">The playbook, which says of steps whose plan is not known that they change the machine; null for an undo.</param>
    internal static void Show(Cmdlet cmdlet, HostRun run, Playbook? playbook)
    {
        bool any = false;
        foreach (StepRun step in run.Steps.Where(step => step.Status != StepStatus.Done))
        {
            string text = PrintableText.Clean($"{run.Host}: {step.Id}: {(step.Plan.Count > 0 ? string.Join("; ", step.Plan) : $"{step.Title}: {step.Summary}")}");
            bool may = step.Status == StepStatus.Planned && playbook?.Steps.Any(known => known.Id == step.Id && known.Changes) == true;
            if (step.Changed || may)
            {
                any = true;
                _ = cmdlet.ShouldProcess(text, text, "Change the machine");
            }
            else
            {
                cmdlet.WriteVerbose(text);
            }
        }

        foreach (string warning in run.Warnings)
        {
            cmdlet.WriteWarning(PrintableText.Clean($"{run.Host}: {warning}"));
        }

        if (!any)
        {
            string nothing = PrintableText.Clean($"{run.Host}: nothing would be changed: {run.Summary}");
            _ = cmdlet.ShouldProcess(nothing, nothing, "Change the machine");
        }
    }
}
