using System.CommandLine;
using System.Globalization;
using KernelFault.Playbooks.Actions;
using KernelFault.Playbooks.Catalog;
using KernelFault.Playbooks.Loading;

namespace KernelFault.Cli;

/// <summary><c>kernelfault playbook</c>: the procedures that resolve crashes.</summary>
internal static class PlaybookCommand
{
    internal const string Examples = """
        Examples:
          kernelfault playbook list
          kernelfault playbook list --symptom "blue screen after an update"
          kernelfault playbook list --bugcheck 0x50
          kernelfault playbook check my-playbook.yaml
          kernelfault playbook run linux-module-oops --parameter module=nvidia --host ssh://root@srv1
          kernelfault playbook run my-playbook.yaml --check --host ssh://root@srv1 --host ssh://root@srv2
          kernelfault playbook resume 20261121-081500-k3f9qz

        """;

    internal static Command Create() => new("playbook", "Lists, checks and runs remediation playbooks.")
    {
        List(),
        Check(),
        PlaybookRunCommand.Create(),
        PlaybookResumeCommand.Create(),
    };

    private static Command List()
    {
        var names = new Argument<string[]>("name") { Description = "Names; * and ? match. All without.", Arity = ArgumentArity.ZeroOrMore };
        var symptom = new Option<string?>("--symptom") { Description = "What a person sees: the playbooks that fit, the best first.", HelpName = "TEXT" };
        var codes = new Option<string[]>("--bugcheck") { Description = "A stop code, 0x50 or PAGE_FAULT_IN_NONPAGED_AREA; may be given again.", HelpName = "CODE" };
        Option<bool> json = FileOptions.Json();
        var command = new Command("list", "Lists the playbooks that come with KernelFault.") { names, symptom, codes, json };
        command.SetAction(parsed =>
        {
            IReadOnlyList<PlaybookSummary> found = new PlaybookCatalog(new PlaybookLoader(PlaybookActions.BuiltIn)).Match(new PlaybookQuestion
            {
                Names = parsed.GetValue(names) ?? [],
                Symptom = parsed.GetValue(symptom),
                BugChecks = parsed.GetValue(codes) ?? [],
            });
            if (found.Count == 0)
            {
                Screen.Complain("no playbook fits");
                return ExitCode.AllFailed;
            }

            if (parsed.GetValue(json))
            {
                var output = new JsonOutput();
                foreach (PlaybookSummary summary in found)
                {
                    output.Add(summary);
                }

                output.End();
            }
            else if (found.All(summary => summary.Score is null))
            {
                Screen.WriteTable(["Name", "Platform", "Title"], found.Select(summary => new[] { summary.Name, summary.Platform.ToString(), summary.Title }));
            }
            else
            {
                Screen.WriteTable([">Score", "Name", "Title", "Reason"], found.Select(summary => new[] { summary.Score?.ToString(CultureInfo.InvariantCulture), summary.Name, summary.Title, summary.Reason }));
            }

            return ExitCode.Success;
        });
        return command;
    }

    private static Command Check()
    {
        Argument<string[]> files = FileOptions.Files("Files of playbooks; wildcards are expanded.", ArgumentArity.OneOrMore);
        Option<bool> json = FileOptions.Json();
        var command = new Command("check", "Tells everything that is wrong with files of playbooks, with line and column.") { files, json };
        command.SetAction(parsed =>
        {
            var loader = new PlaybookLoader(PlaybookActions.BuiltIn);
            var checks = new List<PlaybookCheck>();
            int code = FileWork.Run(parsed.GetRequiredValue(files), 1, (file, _) => loader.Check(file), checks.Add);
            if (parsed.GetValue(json))
            {
                var output = new JsonOutput();
                checks.ForEach(output.Add);
                output.End();
            }
            else
            {
                foreach (PlaybookCheck check in checks)
                {
                    Write(check);
                }
            }

            // A file that is refused counts as one that cannot be read.
            int invalid = checks.Count(check => !check.IsValid);
            return invalid == 0 ? code : ExitCode.Of(checks.Count - invalid, invalid);
        });
        return command;
    }

    // The lines that editors and build servers make links of.
    private static void Write(PlaybookCheck check)
    {
        var text = new System.Text.StringBuilder();
        foreach (PlaybookProblem problem in check.Problems)
        {
            text.AppendLine(problem.ToString());
        }

        Screen.Write(text.AppendLine(Formats.PrintableText.Clean(check.ToString())));
    }
}
