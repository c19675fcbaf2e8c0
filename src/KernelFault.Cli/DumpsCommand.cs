using System.CommandLine;
using System.Globalization;
using KernelFault.Analysis;

namespace KernelFault.Cli;

/// <summary><c>kernelfault dumps</c>: a table of many files.</summary>
internal static class DumpsCommand
{
    internal const string Examples = """
        Examples:
          kernelfault dumps C:\Windows\Minidump\*.dmp
          kernelfault dumps --json *.dmp

        """;

    internal static Command Create()
    {
        Argument<string[]> files = FileOptions.Files();
        Option<bool> json = FileOptions.Json();
        Option<int> jobs = FileOptions.Jobs();
        var command = new Command("dumps", "Lists what the headers of crash files say: kind, machine, time, stop code.")
        {
            files, json, jobs,
        };
        command.SetAction(parsed => Run(parsed.GetRequiredValue(files), parsed.GetValue(jobs), parsed.GetValue(json)));
        return command;
    }

    private static int Run(string[] files, int jobs, bool json)
    {
        if (json)
        {
            var output = new JsonOutput();
            int code = FileWork.Run(files, jobs, CrashDumpInfo.Read, output.Add);
            output.End();
            return code;
        }

        var rows = new List<string?[]>();
        int exitCode = FileWork.Run(files, jobs, CrashDumpInfo.Read, dump => rows.Add(Row(dump)));
        if (rows.Count > 0)
        {
            Screen.WriteTable(["Crash time (UTC)", "Kind", "Arch", ">Build", ">Code", "Name", "File"], rows);
        }

        return exitCode;
    }

    private static string?[] Row(CrashDumpInfo dump) =>
    [
        dump.CrashTime?.ToString("yyyy-MM-dd HH:mm", CultureInfo.InvariantCulture),
        dump.Kind.ToString(),
        dump.Architecture.ToString(),
        dump.BuildNumber?.ToString(CultureInfo.InvariantCulture),
        dump.StopCode is uint code ? string.Create(CultureInfo.InvariantCulture, $"0x{code:X}") : null,
        dump.StopCodeName,
        Path.GetFileName(dump.Path),
    ];
}
