using System.Text;
using KernelFault.Analysis;
using KernelFault.Drivers.Risk;

namespace KernelFault.Reports;

/// <summary>What of risks and answers goes into SARIF.</summary>
internal static class SarifContent
{
    // A crash is at least an error.
    private const long CrashWeight = 75;

    internal static SarifRule Rule(string id)
    {
        RiskRule rule = RiskRule.All.FirstOrDefault(known => known.Id == id)
            ?? new RiskRule { Id = id, Title = id, Description = id, Weight = 0, Platforms = [], Actions = [] };
        return new SarifRule(rule.Id, rule.Title, rule.Description, rule.Reference, rule.Weight, ["driver", .. rule.Platforms]);
    }

    internal static SarifRule Rule(FaultClass fault)
    {
        string words = Wording.Words(fault.ToString());
        return new SarifRule("crash-" + words.Replace(' ', '-'), $"Kernel crash: {Wording.Of(fault)}", $"A crash file tells of a fault of this kind: {Wording.Of(fault)}.", null, CrashWeight, ["crash"]);
    }

    internal static SarifResult Result(DriverRisk risk, RiskFinding finding)
    {
        string text = $"{risk.Name}: {finding.Text}{(finding.Evidence.Length == 0 ? string.Empty : $" [{finding.Evidence}]")}";
        return new SarifResult(
            finding.Id, text, finding.Weight, risk.Driver.Path, risk.Name, risk.ComputerName, string.Join("\n", finding.Id, risk.ComputerName, risk.Name, risk.Driver.Path));
    }

    internal static SarifResult Result(KernelFaultAnalysis analysis, string ruleId)
    {
        string culprit = analysis.Culprit is null ? string.Empty
            : FormattableString.Invariant($" Blamed: {analysis.Culprit.Module}, confidence {analysis.Culprit.Confidence:0.00}. {string.Join(" ", analysis.Culprit.Reasons)}");
        return new SarifResult(
            ruleId, analysis.Title + "." + culprit, CrashWeight, analysis.Path, analysis.Culprit?.Module ?? "unknown", analysis.Path, string.Join("\n", ruleId, analysis.Path, analysis.BucketId));
    }

    /// <summary>A path of any system as a URI reference, percent-encoded: absolute paths with the scheme <c>file</c>, others relative.</summary>
    internal static string Uri(string path)
    {
        string slashed = path.Replace('\\', '/');
        foreach (string prefix in new[] { "//?/", "//./", "/??/" })
        {
            slashed = slashed.StartsWith(prefix, StringComparison.Ordinal) ? slashed.Substring(prefix.Length) : slashed;
        }

        bool drive = slashed.Length >= 2 && slashed[1] == ':' && slashed[0] is (>= 'a' and <= 'z') or (>= 'A' and <= 'Z');
        string start = drive ? "file:///"
            : slashed.StartsWith("//", StringComparison.Ordinal) ? "file:"
            : slashed.StartsWith("/", StringComparison.Ordinal) ? "file://"
            : string.Empty;
        var uri = new StringBuilder(start);
        foreach (byte b in Encoding.UTF8.GetBytes(slashed))
        {
            char c = (char)b;
            if (c is (>= 'a' and <= 'z') or (>= 'A' and <= 'Z') or (>= '0' and <= '9') or '-' or '.' or '_' or '~' or '/' || (c == ':' && drive && uri.Length == start.Length + 1))
            {
                uri.Append(c);
            }
            else
            {
                uri.Append('%').Append(b.ToString("X2", System.Globalization.CultureInfo.InvariantCulture));
            }
        }

        return uri.ToString();
    }
}
