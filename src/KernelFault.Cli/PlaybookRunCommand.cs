using System.CommandLine;
using KernelFault.Analysis;
using KernelFault.Formats;
using KernelFault.Playbooks;
using KernelFault.Playbooks.Actions;
using KernelFault.Playbooks.Running;
using KernelFault.Playbooks.Signing;
using KernelFault.Reports;

namespace KernelFault.Cli;

/// <summary><c>kernelfault playbook run</c>.</summary>
internal static class PlaybookRunCommand
{
    internal const string Examples = """
        Examples:
          kernelfault playbook run linux-module-oops --parameter module=nvidia --host ssh://root@srv1
          kernelfault playbook run my-playbook.yaml --check --host ssh://root@srv1 --host ssh://root@srv2
          kernelfault playbook run windows-boot-loop-offline --host D:\Windows --report report.html --report report.md
          kernelfault playbook run my-playbook.yaml --inventory machines.yaml --group web --serial 1 --serial 20% --max-failure 2


        """ + PlaybookOptions.ExitCodes;

    internal static Command Create()
    {
        var playbook = new Argument<string>("playbook") { Description = "Name of a playbook that comes with the tool, or a file." };
        var parameters = new Option<string[]>("--parameter") { Description = "A parameter of the playbook; may be given again. A value that begins with [ or { is JSON.", HelpName = "NAME=VALUE" };
        var hosts = new Option<string[]>("--host") { Description = "Machine: ssh://user@host, localhost, or the folder of a Windows that is not running; may be given again. Without: this machine.", HelpName = "HOST" };
        var inventory = new Option<string?>("--inventory") { Description = "File with machines, groups and variables.", HelpName = "FILE" };
        var groups = new Option<string[]>("--group") { Description = "Group of the inventory; may be given again.", HelpName = "NAME" };
        var crash = new Option<string?>("--crash-dump") { Description = "Crash file that the playbook is about.", HelpName = "FILE" };
        var check = new Option<bool>("--check") { Description = "Do only what looks, and show the rest." };
        Option<bool> force = PlaybookOptions.Force();
        var throttle = new Option<int>("--throttle") { Description = "How many machines at a time.", HelpName = "N", DefaultValueFactory = _ => new RunOptions().ThrottleLimit };
        var serial = new Option<string[]>("--serial") { Description = "Size of a batch, a number or a percentage; may be given again.", HelpName = "SIZE" };
        var failures = new Option<string?>("--max-failure") { Description = "How many machines may fail, a number or a percentage.", HelpName = "N" };
        Option<string?> path = PlaybookOptions.RunPath();
        Option<string[]> report = PlaybookOptions.Report();
        var signed = new Option<bool>("--require-signed") { Description = "Refuse a playbook from a file, and one that it includes, unless somebody trusted has signed it." };
        var signers = new Option<string[]>("--trusted-signer") { Description = "Fingerprint or file of a certificate whose signatures count, and nobody else's; goes for --require-signed too; may be given again.", HelpName = "SIGNER" };
        Option<bool> json = FileOptions.Json();
        playbook.Validators.Add(FileOptions.RefuseOptions);
        throttle.Validators.Add(result =>
        {
            if (result.GetValueOrDefault<int>() is < 1 or > 1024)
            {
                result.AddError("--throttle: a number from 1 to 1024 is expected.");
            }
        });
        var command = new Command("run", "Runs a playbook on machines.") { playbook, parameters, hosts, inventory, groups, crash, check, force, throttle, serial, failures, path, report, signed, signers, json };
        command.SetAction(parsed =>
        {
            var screen = new PlaybookScreen(parsed.GetValue(json));
            return screen.Run(
                new RunStore(parsed.GetValue(path)),
                parsed.GetValue(report) ?? [],
                (store, cancellation) =>
                {
                    string[] trusted = parsed.GetValue(signers) ?? [];
                    PlaybookTrust? trust = parsed.GetValue(signed) || trusted.Length > 0 ? new PlaybookTrust([.. trusted.Select(TrustedSigner.Parse)]) : null;
                    var files = new PlaybookFiles(PlaybookActions.BuiltIn, trust);
                    string name = parsed.GetRequiredValue(playbook);

                    // What comes with the tool has no dot and no slash in its name: a file of that name alone does not stand before it.
                    PlaybookDocument document = files.FindBuiltIn(name) ?? (File.Exists(name) ? files.Read(name)
                        : throw new PlaybookException($"There is no playbook '{name}', neither one that comes with the tool ('kernelfault playbook list' shows them) nor a file."));
                    var request = new RunRequest
                    {
                        Playbook = document.Playbook,
                        PlaybookBytes = document.Bytes,
                        Targets = Targets(parsed.GetValue(hosts) ?? [], parsed.GetValue(inventory), parsed.GetValue(groups) ?? []),
                        Parameters = PlaybookHosts.Parameters(parsed.GetValue(parameters) ?? []),
                        Signer = document.Signer,
                        Trust = trust,
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
                });
        });
        return command;
    }

    private static RunTarget[] Targets(string[] hosts, string? inventory, string[] groups)
    {
        if (inventory is null && groups.Length > 0)
        {
            throw new PlaybookException("'--group' names groups of an inventory: '--inventory' is missing.");
        }

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
