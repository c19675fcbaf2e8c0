using KernelFault.Hosts;

namespace KernelFault.Tests.Playbooks;

/// <summary>A machine whose answers change when it restarts: one recording for each time between two starts.</summary>
/// <param name="stages">The recordings, in order; each with a later boot time than the one before.</param>
internal sealed class StagedHost(params RecordedHost[] stages) : IHost, IReconnectingHost
{
    private int _stage;
    private readonly Dictionary<StageEnd, int> _met = [];
    private int _away;

    public string Name => stages[0].Name;

    public HostKind Kind { get; init; } = HostKind.Recorded;

    /// <summary>How often it was restarted by whoever works with it.</summary>
    internal int Restarts { get; private set; }

    /// <summary>How long it might be away at each of these restarts.</summary>
    internal List<TimeSpan> Waits { get; } = [];

    /// <summary>How often it was connected to anew.</summary>
    internal int Reconnections { get; private set; }

    /// <summary>When it goes on to the next stage without being told to.</summary>
    internal IReadOnlyList<StageEnd> Ends { get; init; } = [];

    /// <summary>What was asked in all stages.</summary>
    internal IEnumerable<RecordedCall> Calls => stages.SelectMany(stage => stage.Calls);

    private RecordedHost Now
    {
        get
        {
            if (_away > 0)
            {
                _away--;
                throw new HostException(Name, HostErrorKind.Unreachable, "It does not answer.");
            }

            return stages[_stage];
        }
    }

    /// <summary>It stops and starts again by itself.</summary>
    internal void Advance() => _stage++;

    public void Reconnect(CancellationToken cancellation) => Reconnections++;

    public HostFacts GetFacts(CancellationToken cancellation) => stages[_stage].GetFacts(cancellation);

    public ProgramResult Run(ProgramCall call, CancellationToken cancellation)
    {
        ProgramResult result = Now.Run(call, cancellation);
        Meet("Run " + string.Join(" ", call.Arguments.Prepend(call.Program)));
        return result;
    }

    public ScriptResult RunScript(ScriptCall call, CancellationToken cancellation)
    {
        Meet("RunScript " + call.Name);
        return Now.RunScript(call, cancellation);
    }

    public HostFile? FindFile(string path, CancellationToken cancellation)
    {
        Meet("FindFile " + path);
        return Now.FindFile(path, cancellation);
    }

    public IReadOnlyList<HostFile> ListFiles(string path, CancellationToken cancellation) => Now.ListFiles(path, cancellation);

    public byte[] ReadFile(string path, long maximumLength, CancellationToken cancellation) => Now.ReadFile(path, maximumLength, cancellation);

    /// <summary>A file stays over a restart.</summary>
    public void WriteFile(string path, byte[] content, CancellationToken cancellation)
    {
        foreach (RecordedHost stage in stages.Skip(_stage))
        {
            stage.WriteFile(path, content, cancellation);
        }
    }

    public void CopyFrom(string path, long offset, Stream destination, CancellationToken cancellation) => Now.CopyFrom(path, offset, destination, cancellation);

    public string HashFile(string path, CancellationToken cancellation) => Now.HashFile(path, cancellation);

    public HostFacts Restart(TimeSpan timeout, CancellationToken cancellation)
    {
        if (Kind == HostKind.Local)
        {
            throw new HostException(Name, HostErrorKind.NotSupported, "This machine cannot be restarted and waited for by a program that runs on it.");
        }

        Restarts++;
        Waits.Add(timeout);
        _stage++;
        return GetFacts(cancellation);
    }

    public void Dispose()
    {
    }

    private void Meet(string call)
    {
        foreach (StageEnd end in Ends.Where(end => end.Stage == _stage && call.Contains(end.Call, StringComparison.Ordinal)))
        {
            _met[end] = _met.GetValueOrDefault(end) + 1;
            if (_met[end] == end.Count)
            {
                Advance();
                _away = end.AwayFor;
                return;
            }
        }
    }
}
