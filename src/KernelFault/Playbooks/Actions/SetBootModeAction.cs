using KernelFault.Hosts;
using KernelFault.Servicing;

namespace KernelFault.Playbooks.Actions;

/// <summary><c>set-boot-mode</c>: Safe Mode, once or until that is taken back.</summary>
internal sealed class SetBootModeAction : PlaybookAction
{
    /// <inheritdoc/>
    public override PlaybookActionInfo Info { get; } = new()
    {
        Name = "set-boot-mode",
        Title = "Choose how Windows starts next",
        Description = "Makes Windows start in Safe Mode once, or at each start until that is taken back; or normally.",
        Platform = PlaybookPlatform.Windows,
        Inputs =
        [
            new("mode", PlaybookValueType.Text, "How it is to start.") { Required = true, Allowed = Names<SafeMode>() },
            new("persistent", PlaybookValueType.Boolean, "Whether every start is meant and not the next one alone.") { Default = false },
        ],
        Outputs =
        [
            new("before", PlaybookValueType.Text, "How it would have started next: Off, Minimal or Network."),
            new("after", PlaybookValueType.Text, "How it starts next."),
            new("needsRestart", PlaybookValueType.Boolean, "Whether a restart brings something else than what runs now."),
        ],
        Changes = true,
        Repeat = ActionRepeat.Safe,
        Idempotence = "Only what is not yet as wanted is changed.",
        DryRun = "Reads the boot entries and shows the commands of bcdedit.",
    };

    /// <inheritdoc/>
    protected override HostPlan<ActionResult> Prepare(ActionContext context, HostFacts facts, CancellationToken cancellation)
    {
        SafeMode mode = Word<SafeMode>(context, "mode") ?? throw new PlaybookException("mode: it has to be said how the machine is to start.");
        return Wrap(new BootModeChange(mode, context.Flag("persistent")).Plan(context.Host, cancellation), result => new ActionResult
        {
            Outputs = PlaybookValue.Map(("before", result.Before), ("after", result.After), ("needsRestart", result.Steps.Count > 0)),
            Summary = result.After == SafeMode.Off ? "The next start is a normal one." : $"The next start is a Safe Mode ({result.After}).",
            Changed = result.Steps.Count > 0,
            NeedsRestart = result.Steps.Count > 0,
            Steps = result.Steps,
        });
    }
}
