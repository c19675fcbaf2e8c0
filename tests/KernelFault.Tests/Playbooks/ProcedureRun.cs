using KernelFault.Analysis;
using KernelFault.Hosts;
using KernelFault.Playbooks;
using KernelFault.Playbooks.Actions;
using KernelFault.Playbooks.Loading;
using KernelFault.Playbooks.Running;
using KernelFault.Tests.Playbooks.Running;

namespace KernelFault.Tests.Playbooks;

/// <summary>Runs a playbook that comes with the project on one machine, with a person who agrees to everything and no waiting between tries.</summary>
internal sealed class ProcedureRun : IDisposable
{
    private readonly string _folder = Directory.CreateTempSubdirectory("kf-test-").FullName;
    private readonly string _playbook;
    private readonly IHost _host;
    private readonly RunServices _services;
    private readonly RunStore _store;

    /// <summary>A run that is not begun yet.</summary>
    /// <param name="playbook">The playbook's name.</param>
    /// <param name="host">The machine.</param>
    /// <param name="waited">What happens while a retry is waited for.</param>
    /// <param name="disagrees">The step to which the person says no; null for none.</param>
    internal ProcedureRun(string playbook, IHost host, Action? waited = null, string? disagrees = null)
    {
        (_playbook, _host, _store) = (playbook, host, new RunStore(_folder));
        Person = new Answering(disagrees);
        _services = new RunServices { Actions = PlaybookActions.BuiltIn, Person = Person, Wait = (_, _) => waited?.Invoke() };
    }

    /// <summary>The person, with what was asked.</summary>
    internal Answering Person { get; }

    /// <summary>The crash that the run is given.</summary>
    internal KernelFaultAnalysis? Analysis { get; init; }

    internal static HostRun Of(string playbook, IHost host, Action? waited = null, params (string Name, object? Value)[] parameters)
    {
        using var run = new ProcedureRun(playbook, host, waited);
        return run.Do(parameters);
    }

    /// <summary>Runs it from the first step to the last.</summary>
    internal HostRun Do(params (string Name, object? Value)[] parameters)
    {
        using PlaybookRollout rollout = PlaybookRollout.Begin(Request(parameters), _services, _store, CancellationToken.None);
        return Assert.Single(RunFixture.TakeAll(rollout));
    }

    /// <summary>Rehearses it: what only looks is done.</summary>
    internal HostRun Check(params (string Name, object? Value)[] parameters)
    {
        using PlaybookRollout rollout = PlaybookRollout.Rehearse(Request(parameters), _services, check: true, CancellationToken.None);
        return Assert.Single(RunFixture.TakeAll(rollout));
    }

    /// <summary>Goes on with a run.</summary>
    /// <param name="run">The run.</param>
    /// <param name="host">The machine as it is now.</param>
    internal HostRun Resume(HostRun run, IHost host)
    {
        var continuation = new RunContinuation { Folder = _store.Folder(run.RunId), Connect = machine => new RunTarget(machine.Name, _ => host) };
        using PlaybookRollout rollout = PlaybookRollout.Resume(continuation, Read(out _), _services, rehearse: false, CancellationToken.None);
        _ = RunFixture.TakeAll(rollout);
        return Assert.Single(_store.Read(run.RunId).Hosts);
    }

    /// <summary>Takes a run back.</summary>
    /// <param name="run">The run.</param>
    /// <param name="host">The machine as it is now.</param>
    internal HostRun Undo(HostRun run, IHost host)
    {
        var continuation = new RunContinuation { Folder = _store.Folder(run.RunId), Connect = machine => new RunTarget(machine.Name, _ => host) };
        using PlaybookRollout rollout = PlaybookRollout.Undo(continuation, _services, rehearse: false, CancellationToken.None);
        return Assert.Single(RunFixture.TakeAll(rollout));
    }

    public void Dispose() => Directory.Delete(_folder, recursive: true);

    private RunRequest Request((string Name, object? Value)[] parameters) => new()
    {
        Playbook = Read(out byte[] bytes),
        PlaybookBytes = bytes,
        Targets = [new RunTarget(_host.Name, _ => _host)],
        Parameters = PlaybookValue.Map(parameters),
        Analysis = Analysis,
    };

    private Playbook Read(out byte[] bytes)
    {
        string path = Path.Combine(Corpus.RepositoryRoot, "playbooks", _playbook + ".yaml");
        bytes = File.ReadAllBytes(path);
        return new PlaybookLoader(PlaybookActions.BuiltIn).Read(bytes, path, isBuiltIn: true);
    }

    /// <summary>Says yes to everything but one step.</summary>
    internal sealed class Answering(string? disagrees) : IRunPerson
    {
        /// <summary>What was asked before a step was begun.</summary>
        internal List<RunQuestion> Confirmed { get; } = [];

        public bool? Ask(RunQuestion question, CancellationToken cancellation)
        {
            if (question.Kind == RunQuestionKind.Confirm)
            {
                Confirmed.Add(question);
            }

            return question.Step != disagrees;
        }
    }
}
