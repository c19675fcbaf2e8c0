using System.CommandLine;
using System.Globalization;
using KernelFault.Analysis;
using KernelFault.Knowledge;
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


        """ + PlaybookOptions.ExitCodes;

    internal const string ListExamples = """
        Examples:
          kernelfault playbook list
          kernelfault playbook list "windows-*" --json
          kernelfault playbook list --symptom "blue screen after an update"
          kernelfault playbook list --bugcheck PAGE_FAULT_IN_NONPAGED_AREA

        Exit codes:
          0    some were found
          1    some were found, and a name or a stop code is not known
          2    the command line is wrong
          3    none was found

        """;

    internal const string CheckExamples = """
        Examples:
          kernelfault playbook check my-playbook.yaml
          kernelfault playbook check "playbooks/*.yaml" --json

        Exit codes:
          0    every file is a playbook; there may be warnings
          1    some files are none, or could not be read
          2    the command line is wrong
          3    no file is one

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
        names.Validators.Add(FileOptions.RefuseOptions);
        Option<bool> json = FileOptions.Json();
        var command = new Command("list", "Lists the playbooks that come with KernelFault.") { names, symptom, codes, json };
        command.SetAction(parsed =>
        {
            var question = new PlaybookQuestion { Names = parsed.GetValue(names) ?? [], Symptom = parsed.GetValue(symptom), BugChecks = parsed.GetValue(codes) ?? [] };
            IReadOnlyList<PlaybookSummary> found = new PlaybookCatalog(new PlaybookLoader(PlaybookActions.BuiltIn)).Match(question);
            bool all = IsKnown(question);
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

            return all ? ExitCode.Success : ExitCode.SomeFailed;
        });
        return command;
    }

    // Says what of the question nobody knows; whether all is known.
    private static bool IsKnown(PlaybookQuestion question)
    {
        var lookup = new BugCheckLookup(KnowledgeBase.Default);
        string[] complaints =
        [
            .. question.Names.Where(name => !name.Contains('*') && !name.Contains('?') && !PlaybookCatalog.Names.Contains(name, StringComparer.OrdinalIgnoreCase)).Select(name => $"no playbook is called '{name}'"),
            .. question.BugChecks.Where(code => !BugCheckLookup.TryParseNumber(code, out _) && lookup.Find(code).Count == 0).Select(code => $"no stop code '{code}' is known"),
        ];
        foreach (string complaint in complaints)
        {
            Screen.Complain(complaint);
        }

        return complaints.Length == 0;
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
