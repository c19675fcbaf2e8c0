using KernelFault.Hosts;
using KernelFault.Verification;

namespace KernelFault.Playbooks.Actions;

/// <summary><c>disable-verifier</c>: takes Driver Verifier off the machine.</summary>
internal sealed class DisableVerifierAction : PlaybookAction
{
    /// <inheritdoc/>
    public override PlaybookActionInfo Info { get; } = new()
    {
        Name = "disable-verifier",
        Title = "Take Driver Verifier off",
        Description = "Takes the settings of Driver Verifier away, also those of a Windows that no longer starts, in its registry.",
        Platform = PlaybookPlatform.Windows,
        WorksOffline = true,
        Inputs = [new("volatile", PlaybookValueType.Boolean, "Whether drivers are only taken out of what is verified now, and the settings on disk stay.") { Default = false }],
        Outputs =
        [
            new("wasEnabled", PlaybookValueType.Boolean, "Whether there was something to take off."),
            new("needsRestart", PlaybookValueType.Boolean, "Whether drivers are verified until the next start."),
        ],
        Changes = true,
        Repeat = ActionRepeat.Safe,
        Idempotence = "Where nothing is set nothing is done.",
        DryRun = "Reads the settings and shows the command, or what would be changed in the hive.",
    };

    /// <inheritdoc/>
    protected override HostPlan<ActionResult> Prepare(ActionContext context, HostFacts facts, CancellationToken cancellation) =>
        Wrap(new DisableDriverVerifier { IsVolatile = context.Flag("volatile") }.Plan(context.Host, cancellation), result => new ActionResult
        {
            Outputs = PlaybookValue.Map(("wasEnabled", result.IsChanged), ("needsRestart", result.NeedsRestart)),
            Summary = result.IsChanged ? "Driver Verifier is off." : "Driver Verifier was off already.",
            Changed = result.IsChanged,
            NeedsRestart = result.NeedsRestart,
            Steps = result.Steps,
        });
}
