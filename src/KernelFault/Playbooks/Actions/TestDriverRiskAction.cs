using KernelFault.Analysis;
using KernelFault.Drivers;
using KernelFault.Drivers.Risk;
using KernelFault.Drivers.Risk.Blocklists;
using KernelFault.Formats;
using KernelFault.Hosts;

namespace KernelFault.Playbooks.Actions;

/// <summary><c>test-driver-risk</c>: says which drivers of the machine are dangerous.</summary>
internal sealed class TestDriverRiskAction : PlaybookAction
{
    /// <inheritdoc/>
    public override PlaybookActionInfo Info { get; } = new()
    {
        Name = "test-driver-risk",
        Title = "Judge drivers",
        Description = "Judges drivers of the machine as Test-DriverRisk does, with the crash the playbook was run for and the block lists that Update-DriverBlocklist keeps here.",
        Platform = PlaybookPlatform.Any,
        WorksOffline = true,
        Inputs =
        [
            .. DriverSelection.Inputs,
            new("minimumLevel", PlaybookValueType.Text, "Drivers below that level are left out.") { Allowed = Names<RiskLevel>(), Default = nameof(RiskLevel.Info) },
        ],
        Outputs =
        [
            new("drivers", PlaybookValueType.List, "The drivers, the most dangerous first, each with name, file, level, score (0 to 100), reasons and package (oemNN.inf; null when not known)."),
            new("names", PlaybookValueType.TextList, "Their names, in the same order."),
            new("highest", PlaybookValueType.Text, "The highest level: Info, Low, Medium, High or Critical; null when no driver is left."),
            new("count", PlaybookValueType.Integer, "How many there are."),
        ],
        Changes = false,
        Repeat = ActionRepeat.Safe,
        Idempotence = "It only looks.",
        DryRun = "Nothing is done. A check judges the drivers.",
    };

    /// <inheritdoc/>
    protected override HostPlan<ActionResult> Prepare(ActionContext context, HostFacts facts, CancellationToken cancellation)
    {
        RiskLevel least = Word<RiskLevel>(context, "minimumLevel") ?? RiskLevel.Info;
        return Look(token =>
        {
            (IReadOnlyList<KernelDriver> drivers, IReadOnlyList<string> read) = DriverSelection.Read(context, token);
            var warnings = new List<string>(read);
            DriverRisk[] risks = [.. Judge(context, drivers, warnings, token).Where(risk => risk.Level >= least).OrderByDescending(risk => risk.Score).ThenBy(risk => risk.Name, StringComparer.OrdinalIgnoreCase)];
            return new ActionResult
            {
                Outputs = PlaybookValue.Map(
                    ("drivers", risks.Select(Value)),
                    ("names", risks.Select(risk => risk.Name)),
                    ("highest", risks.Length == 0 ? null : risks[0].Level),
                    ("count", risks.Length)),
                Summary = risks.Length == 0 ? $"No driver of {least} risk or more." : FormattableString.Invariant($"{risks.Length} drivers; the most dangerous: {risks[0].Name} ({risks[0].Level})."),
                Warnings = warnings,
            };
        });
    }

    private static IEnumerable<DriverRisk> Judge(ActionContext context, IReadOnlyList<KernelDriver> drivers, List<string> warnings, CancellationToken cancellation)
    {
        var assessor = new DriverRiskAssessor(new DriverRiskOptions { Blocklists = Lists(warnings, cancellation) });
        IReadOnlyList<CrashedDriver> crashed = context.Analysis is { } analysis ? DriverCrashes.Of([analysis]) : [];
        var risks = new List<DriverRisk>();
        foreach (KernelDriver driver in drivers)
        {
            cancellation.ThrowIfCancellationRequested();
            IReadOnlyList<DriverCrash> crashes = crashed.FirstOrDefault(one => DriverSelection.IsNamed(driver, one.Driver.Name))?.Crashes ?? [];
            if (assessor.Add(driver, crashes) is { } risk)
            {
                risks.Add(risk);
            }
        }

        return risks.Concat(assessor.Complete());
    }

    private static List<DriverBlocklist> Lists(List<string> warnings, CancellationToken cancellation)
    {
        var lists = new List<DriverBlocklist>();
        foreach (string file in BlocklistCache.OfUser().Files())
        {
            try
            {
                lists.Add(DriverBlocklist.Read(file, cancellation));
            }
            catch (Exception e) when (e is DumpFormatException or IOException or UnauthorizedAccessException)
            {
                warnings.Add(PrintableText.Clean($"The kept block list is not used: {e.Message}"));
            }
        }

        return lists;
    }

    private static IReadOnlyDictionary<string, object?> Value(DriverRisk risk) => PlaybookValue.Map(
        ("name", risk.Name),
        ("file", DriverSelection.FileName(risk.Driver)),
        ("level", risk.Level),
        ("score", risk.Score),
        ("reasons", risk.Findings.Select(finding => finding.Text)),
        ("package", risk.Driver.PublishedName));
}
