using System.CommandLine;
using System.Globalization;
using System.IO.Enumeration;
using KernelFault.Analysis;

namespace KernelFault.Cli;

/// <summary><c>kernelfault modules</c>: the drivers of a crash file.</summary>
internal static class ModulesCommand
{
    internal const string Examples = """
        Examples:
          kernelfault modules 112126-9234-01.dmp
          kernelfault modules --name "nv*" *.dmp
          kernelfault modules --unloaded 112126-9234-01.dmp

        """;

    internal static Command Create()
    {
        Argument<string[]> files = FileOptions.Files();
        Option<bool> json = FileOptions.Json();
        Option<int> jobs = FileOptions.Jobs();
        var name = new Option<string[]>("--name") { Description = "Only drivers of this name; * and ? match. May be given again.", HelpName = "PATTERN" };
        var unloaded = new Option<bool>("--unloaded") { Description = "The drivers that were unloaded before the crash instead of the loaded ones." };
        var command = new Command("modules", "Lists the drivers that a crash file names.")
        {
            files, name, unloaded, json, jobs,
        };
        command.SetAction(parsed => Run(
            parsed.GetRequiredValue(files),
            parsed.GetValue(name) ?? [],
            parsed.GetValue(unloaded),
            parsed.GetValue(jobs),
            parsed.GetValue(json)));
        return command;
    }

    private static int Run(string[] files, string[] names, bool unloaded, int jobs, bool json)
    {
        var output = new JsonOutput();
        bool several = files.Length > 1;
        var rows = new List<string?[]>();
        int exitCode = FileWork.Run(files, jobs, (path, cancellation) => CrashDumpModule.Read(path, unloaded, cancellation), modules =>
        {
            foreach (CrashDumpModule module in modules)
            {
                if (names.Length > 0 && !names.Any(name => FileSystemName.MatchesSimpleExpression(name, module.Name)))
                {
                    continue;
                }

                if (json)
                {
                    output.Add(module);
                }
                else
                {
                    rows.Add(Row(module, several));
                }
            }
        });
        output.End();
        if (rows.Count > 0)
        {
            string date = unloaded ? "Unloaded (UTC)" : "Linked (UTC)";
            Screen.WriteTable(several ? ["Base", "End", "Name", date, "Version", "File"] : ["Base", "End", "Name", date, "Version"], rows);
        }

        return exitCode;
    }

    private static string?[] Row(CrashDumpModule module, bool several)
    {
        string?[] cells =
        [
            module.BaseAddress.Hex,
            module.EndAddress.Hex,
            module.Name,
            (module.UnloadTime ?? module.LinkTime)?.ToString("yyyy-MM-dd HH:mm", CultureInfo.InvariantCulture),
            module.FileVersion,
        ];
        return several ? [.. cells, Path.GetFileName(module.DumpPath)] : cells;
    }
}
