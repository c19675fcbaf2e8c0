using KernelFault.Hosts;
using KernelFault.Verification;

namespace KernelFault.Playbooks.Actions;

/// <summary><c>enable-verifier</c>: sets Driver Verifier on suspected drivers.</summary>
internal sealed class EnableVerifierAction : PlaybookAction
{
    /// <inheritdoc/>
    public override PlaybookActionInfo Info { get; } = new()
    {
        Name = "enable-verifier",
        Title = "Set Driver Verifier on drivers",
        Description = "Sets Driver Verifier on named drivers, from the next start on or at once. Never on all drivers and never on those of Windows itself. A Windows that does not start with it takes the settings back by itself (bootMode ResetOnBootFail).",
        Platform = PlaybookPlatform.Windows,
        Inputs =
        [
            new("drivers", PlaybookValueType.TextList, "Names of the drivers (service or file), no wildcards.") { Required = true },
            new("preset", PlaybookValueType.Text, "Which checks.") { Allowed = Names<DriverVerifierPreset>(), Default = nameof(DriverVerifierPreset.Standard) },
            new("volatile", PlaybookValueType.Boolean, "Whether the drivers are verified at once until the next start, and nothing is set on disk.") { Default = false },
            new("bootMode", PlaybookValueType.Text, "How long the settings stay; of no meaning with volatile.") { Allowed = Names<DriverVerifierBootMode>(), Default = nameof(DriverVerifierBootMode.ResetOnBootFail) },
        ],
        Outputs =
        [
            new("drivers", PlaybookValueType.TextList, "File names of the drivers."),
            new("level", PlaybookValueType.Text, "The flags as a number, such as 0x209BB."),
            new("wayOut", PlaybookValueType.TextList, "How to get out again."),
            new("needsRestart", PlaybookValueType.Boolean, "Whether it counts from the next start only."),
        ],
        Changes = true,
        Repeat = ActionRepeat.Safe,
        Idempotence = "Settings that are there already are not set again; volatile ones are, which does nothing.",
        DryRun = "Looks for the drivers, for a dump that a crash would leave and for a way back into the machine, and shows the commands.",
    };

    /// <inheritdoc/>
    protected override HostPlan<ActionResult> Prepare(ActionContext context, HostFacts facts, CancellationToken cancellation)
    {
        DriverVerifierTarget[] targets = [.. context.Texts("drivers").Select(name => new DriverVerifierTarget(name))];
        var change = new EnableDriverVerifier(_ => targets, EnableDriverVerifier.LevelOf(Word<DriverVerifierPreset>(context, "preset") ?? DriverVerifierPreset.Standard))
        {
            IsVolatile = context.Flag("volatile"),
            BootMode = Word<DriverVerifierBootMode>(context, "bootMode") ?? DriverVerifierBootMode.ResetOnBootFail,
        };
        return Wrap(change.Plan(context.Host, cancellation), result => new ActionResult
        {
            Outputs = PlaybookValue.Map(
                ("drivers", result.Drivers), ("level", FormattableString.Invariant($"0x{result.Level:X}")), ("wayOut", result.WayOut), ("needsRestart", result.NeedsRestart)),
            Summary = (result.IsChanged ? "Driver Verifier is set on " : "Driver Verifier was set already on ") + string.Join(", ", result.Drivers) + ".",
            Changed = result.IsChanged,
            NeedsRestart = result.NeedsRestart,
            Steps = result.Steps,
        });
    }
}
