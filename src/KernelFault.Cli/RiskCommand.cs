using System.CommandLine;
using System.IO.Enumeration;
using System.Text;
using KernelFault.Analysis;
using KernelFault.Drivers;
using KernelFault.Drivers.Risk;
using KernelFault.Drivers.Risk.Blocklists;
using KernelFault.Formats;
using KernelFault.Reports;

namespace KernelFault.Cli;

/// <summary><c>kernelfault risk</c>: how dangerous drivers are.</summary>
internal static class RiskCommand
{
    internal const string Examples = """
        Examples:
          kernelfault risk C:\Windows\System32\drivers\*.sys
          kernelfault risk --crash-dump MEMORY.DMP
          kernelfault risk --blocklist drivers.json --sarif *.sys > drivers.sarif

        """;

    internal static Command Create()
    {
        var files = new Argument<string[]>("file")
        {
            Description = "Files of drivers (.sys, .ko), or with --crash-dump crash files; wildcards are expanded.",
            Arity = ArgumentArity.OneOrMore,
        };
        var crash = new Option<bool>("--crash-dump") { Description = "The files are crash files: rate the driver they blame and those on the stack." };
        var lists = new Option<string[]>("--blocklist") { Description = "LOLDrivers JSON or App Control policy with known bad drivers; may be given again. Without: those that Update-DriverBlocklist keeps.", HelpName = "FILE" };
        var include = new Option<string[]>("--include") { Description = "Ids of the rules to ask; * and ? match.", HelpName = "ID", DefaultValueFactory = _ => ["*"] };
        var exclude = new Option<string[]>("--exclude") { Description = "Ids of rules not to ask; * and ? match.", HelpName = "ID" };
        var age = new Option<int>("--max-age") { Description = "Years after which a driver counts as old.", HelpName = "N", DefaultValueFactory = _ => DriverRiskOptions.DefaultMaximumAge };
        var sarif = new Option<bool>("--sarif") { Description = "Write SARIF 2.1.0." };
        Option<bool> json = FileOptions.Json();
        var command = new Command("risk", "Tells how dangerous drivers are, why, and what to do about them.")
        {
            files, crash, lists, include, exclude, age, sarif, json,
        };
        command.SetAction(parsed =>
        {
            if (!TryReadLists(parsed.GetValue(lists) ?? [], out List<DriverBlocklist> blocklists))
            {
                return ExitCode.Usage;
            }

            string[] wanted = parsed.GetValue(include) ?? ["*"];
            string[] unwanted = parsed.GetValue(exclude) ?? [];
            var assessor = new DriverRiskAssessor(new DriverRiskOptions
            {
                Selects = id => wanted.Any(pattern => FileSystemName.MatchesSimpleExpression(pattern, id)) && !unwanted.Any(pattern => FileSystemName.MatchesSimpleExpression(pattern, id)),
                MaximumAge = parsed.GetValue(age),
                Blocklists = blocklists,
            });
            var risks = new List<DriverRisk>();
            int code = parsed.GetValue(crash)
                ? JudgeCrashes(parsed.GetRequiredValue(files), assessor, risks)
                : FileWork.Run(parsed.GetRequiredValue(files), Environment.ProcessorCount, DriverFile.Read, driver => Add(risks, assessor.Add(driver, [])));
            risks.AddRange(assessor.Complete());
            Write(risks, parsed.GetValue(sarif), parsed.GetValue(json));
            return code;
        });
        return command;
    }

    private static int JudgeCrashes(string[] files, DriverRiskAssessor assessor, List<DriverRisk> risks)
    {
        using var analyzer = new KernelFaultAnalyzer(new AnalysisOptions());
        var analyses = new List<KernelFaultAnalysis>();
        int code = FileWork.Run(files, Environment.ProcessorCount, analyzer.Analyze, analyses.Add);
        foreach (CrashedDriver crashed in DriverCrashes.Of(analyses))
        {
            Add(risks, assessor.Add(crashed.Driver, crashed.Crashes));
        }

        return code;
    }

    private static void Add(List<DriverRisk> risks, DriverRisk? risk)
    {
        if (risk is not null)
        {
            risks.Add(risk);
        }
    }

    private static void Write(List<DriverRisk> risks, bool sarif, bool json)
    {
        if (sarif)
        {
            Screen.Write(new StringBuilder(SarifLog.Write(risks, [])).AppendLine());
        }
        else if (json)
        {
            var output = new JsonOutput();
            risks.ForEach(output.Add);
            output.End();
        }
        else if (risks.Count > 0)
        {
            Screen.WriteTable(
                ["Level", ">Score", "Name", ">Weight", "Rule", "Finding"],
                risks.OrderByDescending(risk => risk.Score).SelectMany(Rows));
        }
    }

    private static IEnumerable<string?[]> Rows(DriverRisk risk) => risk.Findings.Count == 0
        ? [[risk.Level.ToString(), Text(risk.Score), risk.Name, string.Empty, string.Empty, string.Empty]]
        : risk.Findings.Select((finding, i) => new[]
        {
            i == 0 ? risk.Level.ToString() : string.Empty,
            i == 0 ? Text(risk.Score) : string.Empty,
            i == 0 ? risk.Name : string.Empty,
            Text(finding.Weight),
            finding.Id,
            finding.Text,
        });

    private static string Text(long number) => number.ToString(System.Globalization.CultureInfo.InvariantCulture);

    private static bool TryReadLists(string[] paths, out List<DriverBlocklist> lists)
    {
        lists = [];
        bool given = paths.Length > 0;
        foreach (string path in given ? paths : BlocklistCache.OfUser().Files())
        {
            try
            {
                lists.Add(DriverBlocklist.Read(Path.GetFullPath(path)));
            }
            catch (Exception e) when (e is DumpFormatException or IOException or UnauthorizedAccessException)
            {
                // A list that was asked for must not look like one that knows nothing; a kept one is an extra.
                Screen.Complain(e.Message);
                if (given)
                {
                    return false;
                }
            }
        }

        return true;
    }
}
