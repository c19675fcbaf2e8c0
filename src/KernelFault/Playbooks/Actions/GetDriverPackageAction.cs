using KernelFault.Formats;
using KernelFault.Hosts;

namespace KernelFault.Playbooks.Actions;

/// <summary><c>get-driver-package</c>: says with which package a driver came.</summary>
internal sealed class GetDriverPackageAction : PlaybookAction
{
    /// <inheritdoc/>
    public override PlaybookActionInfo Info { get; } = new()
    {
        Name = "get-driver-package",
        Title = "Find the package of a driver",
        Description = "Says with which package of the driver store a driver came, and which others of the same origin the store has. Drivers that came with Windows itself have none here.",
        Platform = PlaybookPlatform.Windows,
        Inputs = [new("driver", PlaybookValueType.Text, "Name of the driver's service or file, or of its INF file (oem12.inf, contoso.inf).") { Required = true }],
        Outputs =
        [
            new("found", PlaybookValueType.Boolean, "Whether it came with a package of its own."),
            new("publishedName", PlaybookValueType.Text, "Name that Windows gave the package, such as oem12.inf; null when there is none."),
            new("originalName", PlaybookValueType.Text, "Name that its maker gave it; null when pnputil does not tell (before Windows 10 1607)."),
            new("provider", PlaybookValueType.Text, "Who made it; null when not told."),
            new("version", PlaybookValueType.Text, "Version; null when not told."),
            new("date", PlaybookValueType.Text, "Date as the machine writes dates; null when not told."),
            new("others", PlaybookValueType.List, "Other packages of the same original name, the newest first, each with publishedName, originalName, provider, version, date and class."),
        ],
        Changes = false,
        Repeat = ActionRepeat.Safe,
        Idempotence = "It only looks.",
        DryRun = "Nothing is done. A check lists the packages.",
    };

    /// <inheritdoc/>
    protected override string? OfflineWay =>
        @"'dism /Image:D:\ /Get-Drivers' lists its driver packages, in a Windows that runs or in the recovery environment.";

    /// <inheritdoc/>
    protected override HostPlan<ActionResult> Prepare(ActionContext context, HostFacts facts, CancellationToken cancellation) => Look(token =>
    {
        string driver = context.Text("driver") ?? throw new PlaybookException("driver: a driver has to be named.");
        DriverPackageChoice choice = new DriverPackages(context.Host).Find(driver, token);
        return new ActionResult
        {
            Outputs = PlaybookValue.Map(
                ("found", choice.Package is not null),
                ("publishedName", choice.Package?.Published),
                ("originalName", choice.Package?.Original),
                ("provider", choice.Package?.Provider),
                ("version", choice.Package?.Version),
                ("date", choice.Package?.Date),
                ("others", choice.Others.Select(DriverPackages.Value))),
            Summary = PrintableText.Clean(choice.Package is { } package ? $"{driver} came with {package.Published} ({package.Version ?? "no version"}); {choice.Others.Count} others of its kind are there."
                : choice.Driver is null ? $"There is no driver '{driver}' on this machine." : $"{choice.Driver} came with Windows, or without a package."),
            Warnings = choice.Warnings,
        };
    });
}
