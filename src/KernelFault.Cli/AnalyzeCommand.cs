using System.CommandLine;
using KernelFault.Analysis;

namespace KernelFault.Cli;

/// <summary><c>kernelfault analyze</c>: the answer.</summary>
internal static class AnalyzeCommand
{
    internal const string Examples = """
        Examples:
          kernelfault analyze 112126-9234-01.dmp
          kernelfault analyze --json *.dmp > answers.json
          kernelfault analyze --summary C:\Windows\Minidump\*.dmp
          kernelfault analyze console.log
          dmesg | kernelfault analyze -
          journalctl -k -b -1 -o json | kernelfault analyze --json -
          kernelfault analyze --image-path C:\Windows\System32\drivers MEMORY.DMP

        """;

    internal static Command Create()
    {
        Argument<string[]> files = FileOptions.Files(takesStandardInput: true);
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
        command.SetAction(parsed => CrashAnalysis.Run(
            parsed.GetRequiredValue(files),
            new AnalysisOptions { ImagePath = parsed.GetValue(imagePath) ?? [], SymbolPath = parsed.GetValue(symbolPath) ?? [] },
            parsed.GetValue(jobs),
            parsed.GetValue(summary),
            parsed.GetValue(json)));
        return command;
    }
}
