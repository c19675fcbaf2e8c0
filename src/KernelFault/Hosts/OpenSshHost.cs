namespace KernelFault.Hosts;

/// <summary>
/// A machine reached by the <c>ssh</c> program: Linux and macOS by their <c>/bin/sh</c>, Windows by its PowerShell. Keys, agents,
/// known hosts and jump hosts are as the user's configuration of OpenSSH has them.
/// </summary>
public sealed class OpenSshHost : IHost, IReconnectingHost
{
    private readonly OpenSshConnection _connection;
    private IHost? _machine;

    /// <summary>A host by name. Nothing is connected yet.</summary>
    /// <param name="name"><c>ssh://user@host:port</c>; user and port may be missing.</param>
    /// <param name="options">How ssh is called; null for as its configuration says.</param>
    /// <exception cref="ArgumentException">The name is of another form, or holds characters that no name of a host or user has.</exception>
    /// <exception cref="HostException">There is no <c>ssh</c> on this machine.</exception>
    public OpenSshHost(string name, OpenSshOptions? options = null)
    {
        Name = name ?? throw new ArgumentNullException(nameof(name));
        _connection = new OpenSshConnection(name, OpenSshDestination.Parse(name), options ?? new OpenSshOptions());
    }

    /// <inheritdoc/>
    public string Name { get; }

    /// <summary>Checks a name before any ssh sees it.</summary>
    /// <param name="name">As the constructor takes it, with or without <c>ssh://</c>.</param>
    /// <exception cref="ArgumentException">It is of another form, or holds characters that no name of a host or user has.</exception>
    public static void VerifyName(string name) => OpenSshDestination.Parse(name ?? throw new ArgumentNullException(nameof(name)));

    /// <inheritdoc/>
    public HostKind Kind => HostKind.OpenSsh;

    /// <inheritdoc/>
    public HostFacts GetFacts(CancellationToken cancellation) => Machine(cancellation).GetFacts(cancellation);

    /// <inheritdoc/>
    public ProgramResult Run(ProgramCall call, CancellationToken cancellation) => Machine(cancellation).Run(call, cancellation);

    /// <inheritdoc/>
    public ScriptResult RunScript(ScriptCall call, CancellationToken cancellation) => Machine(cancellation).RunScript(call, cancellation);

    /// <inheritdoc/>
    public HostFile? FindFile(string path, CancellationToken cancellation) => Machine(cancellation).FindFile(path, cancellation);

    /// <inheritdoc/>
    public IReadOnlyList<HostFile> ListFiles(string path, CancellationToken cancellation) => Machine(cancellation).ListFiles(path, cancellation);

    /// <inheritdoc/>
    public byte[] ReadFile(string path, long maximumLength, CancellationToken cancellation) => Machine(cancellation).ReadFile(path, maximumLength, cancellation);

    /// <inheritdoc/>
    public void WriteFile(string path, byte[] content, CancellationToken cancellation) => Machine(cancellation).WriteFile(path, content, cancellation);

    /// <inheritdoc/>
    public void CopyFrom(string path, long offset, Stream destination, CancellationToken cancellation) => Machine(cancellation).CopyFrom(path, offset, destination, cancellation);

    /// <inheritdoc/>
    public string HashFile(string path, CancellationToken cancellation) => Machine(cancellation).HashFile(path, cancellation);

    /// <inheritdoc/>
    public HostFacts Restart(TimeSpan timeout, CancellationToken cancellation) => Machine(cancellation).Restart(timeout, cancellation);

    void IReconnectingHost.Reconnect(CancellationToken cancellation) => (_machine as IReconnectingHost)?.Reconnect(cancellation);

    /// <inheritdoc/>
    public void Dispose()
    {
        _machine?.Dispose();
        _connection.Dispose();
    }

    private IHost Machine(CancellationToken cancellation) => _machine ??= Detect(cancellation);

    // cmd.exe and PowerShell know no uname; with the tools of Git on its path Windows answers MINGW64_NT.
    private IHost Detect(CancellationToken cancellation)
    {
        const int MaximumAnswer = 64 * 1024;
        var output = new BoundedOutput(Name, "uname", MaximumAnswer);
        var error = new BoundedOutput(Name, "uname", MaximumAnswer);
        int exitCode = _connection.Run(
            "uname -s",
            new LocalProcessCall(string.Empty, []) { Title = "uname", Timeout = TimeSpan.FromMinutes(1), Output = output.Add, Error = error.Add },
            cancellation);
        if (exitCode == OpenSshConnection.OwnFailure)
        {
            throw _connection.Failure(error.ToArray());
        }

        string answer = ProgramText.Decode(output.ToArray()).TrimEnd();
        string system = answer.Remove(0, answer.LastIndexOf('\n') + 1);
        bool unix = exitCode == 0 && (system is "Linux" or "Darwin" or "SunOS" or "AIX" || system.EndsWith("BSD", StringComparison.Ordinal));
        return unix ? new OpenSshShell(Name, _connection) : new OpenSshWindows(Name, _connection);
    }
}
