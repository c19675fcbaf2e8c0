using System.CommandLine;
using KernelFault.Analysis;
using KernelFault.Formats;
using KernelFault.Playbooks;
using KernelFault.Playbooks.Actions;
using KernelFault.Playbooks.Running;
using KernelFault.Reports;

namespace KernelFault.Cli;

/// <summary><c>kernelfault playbook run</c>.</summary>
internal static class PlaybookRunCommand
{
    internal static Command Create()
    {
        var playbook = new Argument<string>("playbook") { Description = "Name of a playbook that comes with the tool, or a file." };
        var parameters = new Option<string[]>("--parameter") { Description = "A parameter of the playbook; may be given again. A value that begins with [ or { is JSON.", HelpName = "NAME=VALUE" };
        var hosts = new Option<string[]>("--host") { Description = "Machine: ssh://user@host, localhost, or the folder of a Windows that is not running; may be given again. Without: this machine.", HelpName = "HOST" };
        var inventory = new Option<string?>("--inventory") { Description = "File with machines, groups and variables.", HelpName = "FILE" };
        var groups = new Option<string[]>("--group") { Description = "Group of the inventory; may be given again.", HelpName = "NAME" };
        var crash = new Option<string?>("--crash-dump") { Description = "Crash file that the playbook is about.", HelpName = "FILE" };
        var check = new Option<bool>("--check") { Description = "Do only what looks, and show the rest." };
        var force = new Option<bool>("--force") { Description = "Answer the playbook's questions with yes, and overrule guards that may be overruled." };
        var throttle = new Option<int>("--throttle") { Description = "How many machines at a time.", HelpName = "N", DefaultValueFactory = _ => new RunOptions().ThrottleLimit };
        var serial = new Option<string[]>("--serial") { Description = "Size of a batch, a number or a percentage; may be given again.", HelpName = "SIZE" };
        var failures = new Option<string?>("--max-failure") { Description = "How many machines may fail, a number or a percentage.", HelpName = "N" };
        var path = new Option<string?>("--run-path") { Description = "Folder of the runs.", HelpName = "FOLDER" };
        var report = new Option<string?>("--report") { Description = "File for a report that can be handed on: a page where its name ends with .html, Markdown where with .md.", HelpName = "FILE" };
        Option<bool> json = FileOptions.Json();
        throttle.Validators.Add(result =>
        {
            if (result.GetValueOrDefault<int>() is < 1 or > 1024)
            {
                result.AddError("--throttle: a number from 1 to 1024 is expected.");
            }
        });
        var command = new Command("run", "Runs a playbook on machines.") { playbook, parameters, hosts, inventory, groups, crash, check, force, throttle, serial, failures, path, report, json };
        command.SetAction(parsed =>
        {
            var screen = new PlaybookScreen(parsed.GetValue(json));
            var store = new RunStore(parsed.GetValue(path));
            return screen.Run(cancellation =>
            {
                var files = new PlaybookFiles(PlaybookActions.BuiltIn);
                string name = parsed.GetRequiredValue(playbook);
                (Playbook found, byte[] bytes) = File.Exists(name) ? files.Read(name)
                    : files.FindBuiltIn(name) ?? throw new PlaybookException($"There is no playbook '{name}', neither one that comes with the tool nor a file.");
                var request = new RunRequest
                {
                    Playbook = found,
                    PlaybookBytes = bytes,
                    Targets = Targets(parsed.GetValue(hosts) ?? [], parsed.GetValue(inventory), parsed.GetValue(groups) ?? []),
                    Parameters = PlaybookHosts.Parameters(parsed.GetValue(parameters) ?? []),
                    Analysis = parsed.GetValue(crash) is { } file ? Analyze(file) : null,
                    Options = new RunOptions
                    {
                        ThrottleLimit = parsed.GetValue(throttle),
                        Serial = parsed.GetValue(serial) ?? [],
                        MaxFailure = parsed.GetValue(failures),
                        Force = parsed.GetValue(force),
                    },
                };
                var services = new RunServices { Actions = PlaybookActions.BuiltIn, Playbooks = files, Person = screen, Report = new RunReport() };
                return parsed.GetValue(check)
                    ? PlaybookRollout.Rehearse(request, services, check: true, cancellation)
                    : PlaybookRollout.Begin(request, services, store, cancellation);
            },
            rollout => WriteReport(rollout, store, parsed.GetValue(report)));
        });
        return command;
    }

    private static void WriteReport(PlaybookRollout rollout, RunStore store, string? file)
    {
        if (file is null || rollout.Folder is null)
        {
            return;
        }

        try
        {
            new RunReport().Write(store.Read(rollout.RunId), Path.GetFullPath(file), file.EndsWith(".md", StringComparison.OrdinalIgnoreCase) ? "markdown" : "html");
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            throw new PlaybookException($"The report '{file}' cannot be written: {e.Message}", e);
        }
    }

    private static RunTarget[] Targets(string[] hosts, string? inventory, string[] groups)
    {
        RunTarget[] listed = inventory is null ? []
            : [.. RunInventory.Load(inventory).Select(groups).Select(host => PlaybookHosts.Of(host.Name) with { Variables = host.Variables })];
        RunTarget[] named = [.. hosts.Select(PlaybookHosts.Of)];
        return listed.Length + named.Length > 0 ? [.. listed, .. named] : [PlaybookHosts.Of("localhost")];
    }

    private static KernelFaultAnalysis Analyze(string file)
    {
        using var analyzer = new KernelFaultAnalyzer(new AnalysisOptions());
        try
        {
            return analyzer.Analyze(Path.GetFullPath(file));
        }
        catch (Exception e) when (e is DumpFormatException or IOException or UnauthorizedAccessException)
        {
            throw new PlaybookException($"The crash file '{file}' cannot be read: {e.Message}", e);
        }
    }
}
