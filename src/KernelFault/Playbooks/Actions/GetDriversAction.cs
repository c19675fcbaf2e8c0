using KernelFault.Drivers;
using KernelFault.Hosts;

namespace KernelFault.Playbooks.Actions;

/// <summary><c>get-drivers</c>: lists drivers of the machine.</summary>
internal sealed class GetDriversAction : PlaybookAction
{
    /// <inheritdoc/>
    public override PlaybookActionInfo Info { get; } = new()
    {
        Name = "get-drivers",
        Title = "List drivers",
        Description = "Lists the drivers of a Windows, running or not, or the modules of a Linux kernel, as Get-KernelDriver does.",
        Platform = PlaybookPlatform.Any,
        WorksOffline = true,
        Inputs = DriverSelection.Inputs,
        Outputs =
        [
            new("drivers", PlaybookValueType.List, "The drivers, each with name, file, path, state, startType, version, company, class, isThirdParty, signature (the status), package (oemNN.inf), provider and sha256; what is not known is null."),
            new("names", PlaybookValueType.TextList, "Their names."),
            new("count", PlaybookValueType.Integer, "How many there are."),
        ],
        Changes = false,
        Repeat = ActionRepeat.Safe,
        Idempotence = "It only looks.",
        DryRun = "Nothing is done. A check lists the drivers.",
    };

    /// <inheritdoc/>
    protected override HostPlan<ActionResult> Prepare(ActionContext context, HostFacts facts, CancellationToken cancellation) => Look(token =>
    {
        (IReadOnlyList<KernelDriver> drivers, IReadOnlyList<string> warnings) = DriverSelection.Read(context, token);
        return new ActionResult
        {
            Outputs = PlaybookValue.Map(("drivers", drivers.Select(Value)), ("names", drivers.Select(driver => driver.Name)), ("count", drivers.Count)),
            Summary = FormattableString.Invariant($"{drivers.Count} drivers."),
            Warnings = warnings,
        };
    });

    private static IReadOnlyDictionary<string, object?> Value(KernelDriver driver) => PlaybookValue.Map(
        ("name", driver.Name),
        ("file", DriverSelection.FileName(driver)),
        ("path", driver.Path),
        ("state", driver.State),
        ("startType", driver.StartType),
        ("version", driver.FileVersion),
        ("company", driver.Company),
        ("class", driver.Class),
        ("isThirdParty", driver.IsThirdParty),
        ("signature", driver.Signature?.Status),
        ("package", driver.PublishedName),
        ("provider", driver.Provider),
        ("sha256", driver.Sha256));
}
