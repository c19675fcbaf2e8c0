using System.CommandLine;
using KernelFault.Playbooks.Actions;
using KernelFault.Playbooks.Running;
using KernelFault.Reports;

namespace KernelFault.Cli;

/// <summary><c>kernelfault playbook resume</c>.</summary>
internal static class PlaybookResumeCommand
{
    internal const string Examples = """
        Examples:
          kernelfault playbook resume 20261121-081500-k3f9qz
          kernelfault playbook resume 20261121-081500-k3f9qz --unknown-step Done
          kernelfault playbook resume 20261121-081500-k3f9qz --parameter token=SECRET --report report.html


        """ + PlaybookOptions.ExitCodes;

    internal static Command Create()
    {
        var id = new Argument<string>("id") { Description = "Id of the run." };
        var secrets = new Option<string[]>("--parameter") { Description = "A secret parameter, again: no journal has it; may be given again.", HelpName = "NAME=VALUE" };
        var unknown = new Option<UnknownStep>("--unknown-step") { Description = "What to do about a step of which nobody can tell whether it was done: Ask, Repeat or Done.", HelpName = "WHAT" };
        Option<bool> force = PlaybookOptions.Force();
        Option<string?> path = PlaybookOptions.RunPath();
        Option<string[]> report = PlaybookOptions.Report();
        Option<bool> json = FileOptions.Json();
        var command = new Command("resume", "Goes on with a run that was broken off. What was done is not done again.") { id, secrets, unknown, force, path, report, json };
        id.Validators.Add(FileOptions.RefuseOptions);
        command.SetAction(parsed =>
        {
            var screen = new PlaybookScreen(parsed.GetValue(json));
            return screen.Run(
                new RunStore(parsed.GetValue(path)),
                parsed.GetValue(report) ?? [],
                (store, cancellation) =>
                {
                    string run = parsed.GetRequiredValue(id);
                    var files = new PlaybookFiles(PlaybookActions.BuiltIn, store.Trust(run));
                    return PlaybookRollout.Resume(
                        new RunContinuation
                        {
                            Folder = store.Folder(run),
                            Connect = PlaybookHosts.Again,
                            Secrets = PlaybookHosts.Parameters(parsed.GetValue(secrets) ?? []),
                            Force = parsed.GetValue(force) ? true : null,
                            UnknownStep = parsed.GetValue(unknown),
                        },
                        files.OfRun(store, run),
                        new RunServices { Actions = PlaybookActions.BuiltIn, Playbooks = files, Person = screen, Report = new RunReport() },
                        rehearse: false,
                        cancellation);
                });
        });
        return command;
    }
}
