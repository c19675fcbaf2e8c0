using KernelFault.Hosts;
using KernelFault.Playbooks;
using KernelFault.Playbooks.Actions;
using KernelFault.Playbooks.Loading;
using KernelFault.Playbooks.Running;

namespace KernelFault.Tests.Playbooks;

/// <summary>Runs a playbook that comes with the project on one machine, with a person who agrees to everything and no waiting.</summary>
internal static class ProcedureRun
{
    internal static HostRun Of(string playbook, IHost host, Action? waited = null, params (string Name, object? Value)[] parameters)
    {
        string path = Path.Combine(Corpus.RepositoryRoot, "playbooks", playbook + ".yaml");
        byte[] bytes = File.ReadAllBytes(path);
        string folder = Directory.CreateTempSubdirectory("kf-test-").FullName;
        try
        {
            var request = new RunRequest
            {
                Playbook = new PlaybookLoader(PlaybookActions.BuiltIn).Read(bytes, path, isBuiltIn: true),
                PlaybookBytes = bytes,
                Targets = [new RunTarget(host.Name, _ => host)],
                Parameters = PlaybookValue.Map(parameters),
            };
            var services = new RunServices { Actions = PlaybookActions.BuiltIn, Person = new Agreeing(), Wait = (_, _) => waited?.Invoke() };
            using PlaybookRollout rollout = PlaybookRollout.Begin(request, services, new RunStore(folder), CancellationToken.None);
            HostRun? run = null;
            while (!rollout.IsOver)
            {
                run ??= rollout.Take(TimeSpan.FromSeconds(30));
                if (run is not null)
                {
                    _ = rollout.Take(TimeSpan.FromSeconds(1));
                }
            }

            return run!;
        }
        finally
        {
            Directory.Delete(folder, recursive: true);
        }
    }

    internal static StepRun Step(this HostRun run, string id) => run.Steps.Single(step => step.Id == id);

    internal static string Statuses(this HostRun run) => string.Join(" ", run.Steps.Select(step => $"{step.Id}:{step.Status}"));

    private sealed class Agreeing : IRunPerson
    {
        public bool? Ask(RunQuestion question, CancellationToken cancellation) => true;
    }
}
