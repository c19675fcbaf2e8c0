using System.Management.Automation;
using KernelFault.Formats;
using KernelFault.Playbooks.Running;

namespace KernelFault.Cmdlets;

/// <summary>Shows what a rehearsal found, the way <c>-WhatIf</c> shows things.</summary>
internal static class RunPlanText
{
    /// <summary>Shows the steps that would change a machine; those that only look are told with -Verbose.</summary>
    internal static void Show(Cmdlet cmdlet, HostRun run)
    {
        bool any = false;
        foreach (StepRun step in run.Steps.Where(step => step.Status != StepStatus.Done))
        {
            string text = PrintableText.Clean($"{run.Host}: {step.Id}: {(step.Plan.Count > 0 ? string.Join("; ", step.Plan) : $"{step.Title}: {step.Summary}")}");
            if (step.Changed)
            {
                any = true;
                _ = cmdlet.ShouldProcess(text, text, "Change the machine");
            }
            else
            {
                cmdlet.WriteVerbose(text);
            }
        }

        if (!any)
        {
            string nothing = PrintableText.Clean($"{run.Host}: nothing would be changed: {run.Summary}");
            _ = cmdlet.ShouldProcess(nothing, nothing, "Change the machine");
        }
    }
}
