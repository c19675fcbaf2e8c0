using KernelFault.Hosts;

namespace KernelFault.Tests.Playbooks;

/// <summary>A machine whose answers change when it restarts: one recording for each time between two starts.</summary>
/// <param name="stages">The recordings, in order; each with a later boot time than the one before.</param>
internal sealed class StagedHost(params RecordedHost[] stages) : IHost
{
    private int _stage;

    public string Name => stages[0].Name;

    public HostKind Kind => HostKind.Recorded;

    /// <summary>How often it was restarted by whoever works with it.</summary>
    internal int Restarts { get; private set; }

    /// <summary>What was asked in all stages.</summary>
    internal IEnumerable<RecordedCall> Calls => stages.SelectMany(stage => stage.Calls);

    private RecordedHost Now => stages[_stage];

    /// <summary>It crashes and starts again by itself.</summary>
    internal void Advance() => _stage++;

    public HostFacts GetFacts(CancellationToken cancellation) => Now.GetFacts(cancellation);

    public ProgramResult Run(ProgramCall call, CancellationToken cancellation) => Now.Run(call, cancellation);

    public ScriptResult RunScript(ScriptCall call, CancellationToken cancellation) => Now.RunScript(call, cancellation);

    public HostFile? FindFile(string path, CancellationToken cancellation) => Now.FindFile(path, cancellation);

    public IReadOnlyList<HostFile> ListFiles(string path, CancellationToken cancellation) => Now.ListFiles(path, cancellation);

    public byte[] ReadFile(string path, long maximumLength, CancellationToken cancellation) => Now.ReadFile(path, maximumLength, cancellation);

    public void WriteFile(string path, byte[] content, CancellationToken cancellation) => Now.WriteFile(path, content, cancellation);

    public void CopyFrom(string path, long offset, Stream destination, CancellationToken cancellation) => Now.CopyFrom(path, offset, destination, cancellation);

    public string HashFile(string path, CancellationToken cancellation) => Now.HashFile(path, cancellation);

    public HostFacts Restart(TimeSpan timeout, CancellationToken cancellation)
    {
        Restarts++;
        _stage++;
        return GetFacts(cancellation);
    }

    public void Dispose()
    {
    }
}
