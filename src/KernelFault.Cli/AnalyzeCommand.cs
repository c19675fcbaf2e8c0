using System.CommandLine;
using KernelFault.Analysis;
using KernelFault.Reports;

namespace KernelFault.Cli;

/// <summary><c>kernelfault analyze</c>: the answer.</summary>
internal static class AnalyzeCommand
{
    internal const string Examples = """
        Examples:
          kernelfault analyze 112126-9234-01.dmp
          kernelfault analyze --json *.dmp > answers.json
          kernelfault analyze --summary C:\Windows\Minidump\*.dmp
          kernelfault analyze --image-path C:\Windows\System32\drivers MEMORY.DMP

        """;

    internal static Command Create()
    {
        Argument<string[]> files = FileOptions.Files();
        Option<bool> json = FileOptions.Json();
        Option<int> jobs = FileOptions.Jobs();
        var summary = new Option<bool>("--summary")
        {
            Description = "Look at all the files together: one driver again and again, or unrelated crashes as bad memory causes them.",
        };
        var imagePath = new Option<string[]>("--image-path")
        {
            Description = "Folder or symbol-store tree with .sys, .exe and .dll files, matched by timestamp and size. May be given again.",
            HelpName = "FOLDER",
        };
        var symbolPath = new Option<string[]>("--symbol-path")
        {
            Description = "File or folder with symbols in ISF JSON (.json, .json.gz, .json.xz). May be given again.",
            HelpName = "PATH",
        };
        var command = new Command("analyze", "Tells what happened, in which driver, how sure that is, and what to do next.")
        {
            files, summary, json, jobs, imagePath, symbolPath,
        };
        command.SetAction(parsed => Run(
            parsed.GetRequiredValue(files),
            new AnalysisOptions { ImagePath = parsed.GetValue(imagePath) ?? [], SymbolPath = parsed.GetValue(symbolPath) ?? [] },
            parsed.GetValue(jobs),
            parsed.GetValue(summary),
            parsed.GetValue(json)));
        return command;
    }

    /// <summary>Runs <c>analyze [--json] FILE…</c>, where nothing but files and that one option is given.</summary>
    /// <param name="arguments">The whole command line.</param>
    /// <returns>The exit code; null when the command line is anything else, and the grammar has to look at it.</returns>
    internal static int? TryRunPlain(string[] arguments)
    {
        if (arguments.Length < 2 || arguments[0] != "analyze")
        {
            return null;
        }

        bool json = false;
        var files = new List<string>(arguments.Length);
        foreach (string argument in arguments.AsSpan(1))
        {
            if (argument == "--json")
            {
                json = true;
            }
            else if (argument.Length == 0 || argument[0] is '-' or '@' or '[')
            {
                // An option, a response file or a directive of the grammar.
                return null;
            }
            else
            {
                files.Add(argument);
            }
        }

        return files.Count == 0 ? null : Run(files.ToArray(), new AnalysisOptions(), Environment.ProcessorCount, summary: false, json);
    }

    private static int Run(string[] files, AnalysisOptions options, int jobs, bool summary, bool json)
    {
        var analyzer = new KernelFaultAnalyzer(options);
        var output = new JsonOutput();
        if (summary)
        {
            var all = new List<KernelFaultAnalysis>();
            int code = FileWork.Run(files, jobs, analyzer.Analyze, all.Add);
            if (all.Count > 0)
            {
                WriteSummary(CrashSummarizer.Summarize(all), json, output);
            }

            return code;
        }

        int exitCode = FileWork.Run<KernelFaultAnalysis>(files, jobs, analyzer.Analyze, json
            ? output.Add
            : analysis => Screen.Write(width => AnalysisText.Layout(analysis, width)));
        output.End();
        return exitCode;
    }

    private static void WriteSummary(CrashSummary summary, bool json, JsonOutput output)
    {
        if (json)
        {
            output.Add(summary);
            output.End();
        }
        else
        {
            Screen.Write(width => SummaryText.Layout(summary, width));
        }
    }
}
