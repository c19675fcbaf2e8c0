using System.CommandLine;
using KernelFault.Playbooks.Actions;
using KernelFault.Playbooks.Running;
using KernelFault.Reports;

namespace KernelFault.Cli;

/// <summary><c>kernelfault playbook resume</c>.</summary>
internal static class PlaybookResumeCommand
{
    internal static Command Create()
    {
        var id = new Argument<string>("id") { Description = "Id of the run." };
        var secrets = new Option<string[]>("--parameter") { Description = "A secret parameter, again: no journal has it; may be given again.", HelpName = "NAME=VALUE" };
        var unknown = new Option<UnknownStep>("--unknown-step") { Description = "What to do about a step of which nobody can tell whether it was done: Ask, Repeat or Done.", HelpName = "WHAT" };
        var force = new Option<bool>("--force") { Description = "Answer the playbook's questions with yes, and overrule guards that may be overruled." };
        var path = new Option<string?>("--run-path") { Description = "Folder of the runs.", HelpName = "FOLDER" };
        Option<bool> json = FileOptions.Json();
        var command = new Command("resume", "Goes on with a run that was broken off. What was done is not done again.") { id, secrets, unknown, force, path, json };
        command.SetAction(parsed =>
        {
            var screen = new PlaybookScreen(parsed.GetValue(json));
            return screen.Run(cancellation =>
            {
                var store = new RunStore(parsed.GetValue(path));
                var files = new PlaybookFiles(PlaybookActions.BuiltIn);
                string run = parsed.GetRequiredValue(id);
                return PlaybookRollout.Resume(
                    new RunContinuation
                    {
                        Folder = store.Folder(run),
                        Connect = machine => PlaybookHosts.Of(machine.Name),
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
