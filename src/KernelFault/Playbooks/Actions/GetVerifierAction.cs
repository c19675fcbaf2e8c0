using KernelFault.Hosts;
using KernelFault.Verification;

namespace KernelFault.Playbooks.Actions;

/// <summary><c>get-verifier</c>: says how Driver Verifier is set.</summary>
internal sealed class GetVerifierAction : PlaybookAction
{
    /// <inheritdoc/>
    public override PlaybookActionInfo Info { get; } = new()
    {
        Name = "get-verifier",
        Title = "See how Driver Verifier is set",
        Description = "Reads the settings of Driver Verifier on disk, and of a running Windows what it verifies now.",
        Platform = PlaybookPlatform.Windows,
        WorksOffline = true,
        Outputs =
        [
            new("isEnabled", PlaybookValueType.Boolean, "Whether drivers are to be verified from the next start on; null when that cannot be read."),
            new("level", PlaybookValueType.Text, "The flags on disk as a number, such as 0x209BB; null when none are set."),
            new("flags", PlaybookValueType.TextList, "Names of the flags on disk."),
            new("drivers", PlaybookValueType.TextList, "File names of the drivers on disk."),
            new("bootMode", PlaybookValueType.Text, "How long the settings stay: Persistent, ResetOnBootFail, OneBoot or ResetOnUnusualShutdown; null when that cannot be read."),
            new("isRunning", PlaybookValueType.Boolean, "Whether drivers are verified now; null when that cannot be read."),
            new("runningDrivers", PlaybookValueType.TextList, "File names of the drivers that are verified now."),
        ],
        Changes = false,
        Repeat = ActionRepeat.Safe,
        Idempotence = "It only looks.",
        DryRun = "Nothing is done. A check reads the settings.",
    };

    /// <inheritdoc/>
    protected override HostPlan<ActionResult> Prepare(ActionContext context, HostFacts facts, CancellationToken cancellation) => Look(token =>
    {
        DriverVerifierSettings settings = new DriverVerifierReader(context.Host).Read(token);
        return new ActionResult
        {
            Outputs = PlaybookValue.Map(
                ("isEnabled", settings.IsConfigured),
                ("level", settings.Level is { } level ? FormattableString.Invariant($"0x{level:X}") : null),
                ("flags", settings.Flags),
                ("drivers", settings.Drivers),
                ("bootMode", settings.BootMode),
                ("isRunning", settings.IsRunning),
                ("runningDrivers", settings.RunningDrivers.Select(driver => driver.Name))),
            Summary = settings.IsConfigured switch
            {
                true => "Driver Verifier is set on " + string.Join(", ", settings.Drivers) + ".",
                false => "Driver Verifier is not set.",
                null => "How Driver Verifier is set cannot be read.",
            },
            Warnings = settings.Warnings,
        };
    });
}
