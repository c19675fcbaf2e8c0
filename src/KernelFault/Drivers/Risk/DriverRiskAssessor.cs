using KernelFault.Drivers.Risk.Checks;
using KernelFault.Formats;

namespace KernelFault.Drivers.Risk;

/// <summary>
/// Judges drivers. Most are judged as they come; those that must be seen together with others of their machine (filters of security
/// products) are held back until <see cref="Complete"/>.
/// </summary>
/// <remarks>Of one instance only one thread may ask at a time.</remarks>
public sealed class DriverRiskAssessor
{
    // What protects at once, then what repairs, then what tells more.
    private static readonly RiskAction[] Urgency = [RiskAction.Block, RiskAction.Disable, RiskAction.RollBack, RiskAction.Update, RiskAction.Verify, RiskAction.Investigate];

    private readonly DriverRiskOptions _options;
    private readonly List<(RiskRule Rule, RiskCheck Check)> _rules;
    private readonly List<(KernelDriver Driver, IReadOnlyList<DriverCrash> Crashes)> _held = [];

    /// <summary>Takes the rules that are to be asked.</summary>
    /// <param name="options">How to judge.</param>
    public DriverRiskAssessor(DriverRiskOptions options)
    {
        _options = options ?? throw new ArgumentNullException(nameof(options));
        Dictionary<string, RiskCheck> checks = RiskChecks.All.ToDictionary(check => check.Id);
        _rules = [.. RiskRule.All.Where(rule => options.Selects?.Invoke(rule.Id) != false).Select(rule => (rule, checks[rule.Id]))];
    }

    /// <summary>The rules that are asked.</summary>
    public IReadOnlyList<RiskRule> Rules => [.. _rules.Select(pair => pair.Rule)];

    /// <summary>Judges a driver.</summary>
    /// <param name="driver">The driver.</param>
    /// <param name="crashes">Crashes that speak of it; may be none.</param>
    /// <returns>What there is to say; null when it is held back until <see cref="Complete"/>.</returns>
    public DriverRisk? Add(KernelDriver driver, IReadOnlyList<DriverCrash> crashes)
    {
        if (driver is null)
        {
            throw new ArgumentNullException(nameof(driver));
        }

        if (crashes is null)
        {
            throw new ArgumentNullException(nameof(crashes));
        }

        if (PlaceChecks.IsSecurityFilter(driver))
        {
            _held.Add((driver, crashes));
            return null;
        }

        return Judge(driver, crashes, [driver]);
    }

    /// <summary>Judges the drivers that were held back, each with those of its machine, and forgets them.</summary>
    /// <returns>One for each, in the order in which they were added.</returns>
    public IReadOnlyList<DriverRisk> Complete()
    {
        ILookup<string, KernelDriver> machines = _held.ToLookup(pair => pair.Driver.ComputerName, pair => pair.Driver, StringComparer.OrdinalIgnoreCase);
        DriverRisk[] risks = [.. _held.Select(pair => Judge(pair.Driver, pair.Crashes, [.. machines[pair.Driver.ComputerName]]))];
        _held.Clear();
        return risks;
    }

    private DriverRisk Judge(KernelDriver driver, IReadOnlyList<DriverCrash> crashes, IReadOnlyList<KernelDriver> machine)
    {
        var subject = new RiskSubject(driver, crashes, machine, _options.Now ?? DateTime.UtcNow, _options.MaximumAge, _options.Blocklists);
        string platform = driver.Kind == KernelDriverKind.Module ? "Linux" : "Windows";
        var findings = new List<RiskFinding>();
        var actions = new HashSet<RiskAction>();
        var unknown = new List<string>();
        foreach ((RiskRule rule, RiskCheck check) in _rules)
        {
            if (!rule.Platforms.Contains(platform))
            {
                continue;
            }

            RiskVerdict verdict = check.Decide(subject);
            if (verdict.Outcome == RiskOutcome.Unknown)
            {
                unknown.Add($"{rule.Id}: {verdict.Text}");
            }
            else if (verdict.Outcome == RiskOutcome.Found)
            {
                long weight = Math.Max(1, (long)Math.Round(rule.Weight * verdict.Share, MidpointRounding.AwayFromZero));
                findings.Add(new RiskFinding(rule.Id, PrintableText.Clean(verdict.Text), PrintableText.Clean(verdict.Evidence), weight, rule.Reference));
                actions.UnionWith(rule.Actions);
            }
        }

        long score = RiskScore.Of(findings);
        RiskLevel level = RiskScore.Level(score);
        return new DriverRisk
        {
            Name = driver.Name,
            ComputerName = driver.ComputerName,
            Level = level,
            Score = score,

            // Arrays and lists, not what the compiler would choose: PowerShell indexes no other collection.
            Findings = findings.OrderByDescending(finding => finding.Weight).ToArray(),
            Actions = level == RiskLevel.Info ? Array.Empty<RiskAction>() : Urgency.Where(actions.Contains).ToArray(),
            NotChecked = unknown,
            Driver = driver,
            Crashes = crashes,
        };
    }
}
