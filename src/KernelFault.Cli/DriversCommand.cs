using System.CommandLine;
using System.IO.Enumeration;
using KernelFault.Analysis;
using KernelFault.Drivers;
using KernelFault.Formats;
using KernelFault.Hosts;

namespace KernelFault.Cli;

/// <summary><c>kernelfault drivers</c>: the drivers of machines, crash files and files.</summary>
internal static class DriversCommand
{
    internal const string Examples = """
        Examples:
          kernelfault drivers --third-party
          kernelfault drivers --host ssh://root@db2 --json
          kernelfault drivers --windows /mnt/disk/Windows --unsigned
          kernelfault drivers --crash-dump 112126-9234-01.dmp --name "nv*"
          kernelfault drivers *.sys

        """;

    internal static Command Create()
    {
        Argument<string[]> files = FileOptions.Files("Files of drivers, .sys or .ko; wildcards are expanded.", ArgumentArity.ZeroOrMore);
        var host = new Option<string[]>("--host") { Description = "A machine, as ssh://user@host:port; this one without. May be given again.", HelpName = "URI" };
        var windows = new Option<string[]>("--windows") { Description = "The folder of a Windows that is not running.", HelpName = "FOLDER" };
        var dump = new Option<string[]>("--crash-dump") { Description = "A crash file whose drivers are listed.", HelpName = "FILE" };
        var name = new Option<string[]>("--name") { Description = "Only drivers of this name; * and ? match. May be given again.", HelpName = "PATTERN" };
        var category = new Option<string[]>("--class") { Description = "Only drivers of this device class; * and ? match. May be given again.", HelpName = "PATTERN" };
        var thirdParty = new Option<bool>("--third-party") { Description = "Only other makers' code." };
        var running = new Option<bool>("--running") { Description = "Only drivers that run." };
        var unsigned = new Option<bool>("--unsigned") { Description = "Only drivers without a signature." };
        Option<bool> json = FileOptions.Json();
        Option<int> jobs = FileOptions.Jobs();
        var command = new Command("drivers", "Lists the drivers of a machine, a crash file, or files.")
        {
            files, host, windows, dump, name, category, thirdParty, running, unsigned, json, jobs,
        };
        command.SetAction(parsed =>
        {
            var filter = new DriverFilter
            {
                Name = Matching(parsed.GetValue(name) ?? []),
                Class = Matching(parsed.GetValue(category) ?? []),
                ThirdParty = parsed.GetValue(thirdParty),
                Running = parsed.GetValue(running),
                Unsigned = parsed.GetValue(unsigned),
            };
            var list = new DriverListing(filter, parsed.GetValue(json));
            string[] paths = parsed.GetValue(files) ?? [];
            string[] dumps = parsed.GetValue(dump) ?? [];
            int count = parsed.GetValue(jobs);
            int exitCode = paths.Length > 0 ? FileWork.Run<IReadOnlyList<KernelDriver>>(paths, count, (path, cancellation) => [DriverFile.Read(path, cancellation)], list.Add)
                : dumps.Length > 0 ? FileWork.Run(dumps, count, CrashDumpDrivers.Read, list.Add)
                : Ask(Hosts(parsed.GetValue(host) ?? [], parsed.GetValue(windows) ?? []), list);
            list.End();
            return exitCode;
        });
        return command;
    }

    private static Func<string, bool>? Matching(string[] patterns) =>
        patterns.Length == 0 ? null : text => patterns.Any(pattern => FileSystemName.MatchesSimpleExpression(pattern, text));

    private static IEnumerable<(string Name, Func<CancellationToken, IHost> Open)> Hosts(string[] hosts, string[] folders)
    {
        if (hosts.Length + folders.Length == 0)
        {
            return [("localhost", _ => new LocalHost())];
        }

        return
        [
            .. hosts.Select(name => (name, (Func<CancellationToken, IHost>)(_ => new OpenSshHost(name)))),
            .. folders.Select(folder => (folder, (Func<CancellationToken, IHost>)(_ => new OfflineWindowsHost(folder)))),
        ];
    }

    private static int Ask(IEnumerable<(string Name, Func<CancellationToken, IHost> Open)> hosts, DriverListing list)
    {
        int succeeded = 0;
        int failed = 0;
        using var batch = new HostBatch<DriverInventory>(DriverInventory.Read, 32, CancellationToken.None);
        foreach ((string name, Func<CancellationToken, IHost> open) in hosts)
        {
            batch.Add(name, open);
        }

        while (batch.Take() is HostOutcome<DriverInventory> outcome)
        {
            if (outcome.Error is { } error)
            {
                failed++;
                Screen.Complain(PrintableText.Clean(error is HostException ? error.Message : $"{outcome.Host}: {error.Message}"));
                continue;
            }

            succeeded++;
            foreach (string warning in outcome.Result!.Warnings)
            {
                Screen.Complain(PrintableText.Clean($"{outcome.Host}: {warning}"));
            }

            list.Add(outcome.Result.Drivers);
        }

        return ExitCode.Of(succeeded, failed);
    }
}
