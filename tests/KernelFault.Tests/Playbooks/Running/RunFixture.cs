using KernelFault.Playbooks;
using KernelFault.Playbooks.Running;

namespace KernelFault.Tests.Playbooks.Running;

/// <summary>A store of runs and a simulated machine, gone when the test is over.</summary>
internal sealed class RunFixture : IDisposable
{
    internal RunFixture()
    {
        Folder = Directory.CreateTempSubdirectory("kf-run-").FullName;
        Machine = Path.Combine(Folder, "machine");
        Directory.CreateDirectory(Machine);
        Store = new RunStore(Path.Combine(Folder, "runs"));
        Host = new SimulatedHost(Machine);
    }

    internal string Folder { get; }

    internal string Machine { get; }

    internal RunStore Store { get; }

    internal SimulatedHost Host { get; }

    internal RunServices Services { get; set; } = new() { Actions = TestAction.All, Wait = (_, _) => { } };

    internal string[] Executions => SimulatedHost.Done(Machine);

    internal static RunRequest Request(Playbook playbook, SimulatedHost host, params (string Name, object? Value)[] parameters) => new()
    {
        Playbook = playbook,
        PlaybookBytes = TestPlaybook.Bytes(playbook.Name),
        Targets = [new RunTarget(host.Name, _ => host)],
        Parameters = PlaybookValue.Map(parameters),
    };

    internal HostRun Run(Playbook playbook, params (string Name, object? Value)[] parameters) => Run(Request(playbook, Host, parameters));

    internal HostRun Run(RunRequest request)
    {
        using PlaybookRollout rollout = PlaybookRollout.Begin(request, Services, Store, CancellationToken.None);
        return Assert.Single(TakeAll(rollout));
    }

    internal HostRun Resume(string id, Playbook playbook, UnknownStep unknown = UnknownStep.Ask, params (string Name, object? Value)[] secrets)
    {
        using PlaybookRollout rollout = PlaybookRollout.Resume(Continuation(id) with { UnknownStep = unknown, Secrets = PlaybookValue.Map(secrets) }, playbook, Services, rehearse: false, CancellationToken.None);
        _ = TakeAll(rollout);
        return Assert.Single(Store.Read(id).Hosts);
    }

    internal HostRun Undo(string id, bool rehearse = false)
    {
        using PlaybookRollout rollout = PlaybookRollout.Undo(Continuation(id), Services, rehearse, CancellationToken.None);
        return Assert.Single(TakeAll(rollout));
    }

    internal RunContinuation Continuation(string id) => new() { Folder = Store.Folder(id), Connect = machine => new RunTarget(machine.Name, _ => new SimulatedHost(Machine)) };

    internal static List<HostRun> TakeAll(PlaybookRollout rollout)
    {
        var runs = new List<HostRun>();
        while (!rollout.IsOver)
        {
            if (rollout.Take(TimeSpan.FromSeconds(1)) is { } run)
            {
                runs.Add(run);
            }
        }

        return runs;
    }

    public void Dispose() => Directory.Delete(Folder, recursive: true);
}
