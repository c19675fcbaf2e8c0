namespace KernelFault.Hosts;

/// <summary>
/// The folder of a Windows that is not running: <c>D:\Windows</c>, or a mounted disk on any system. Files are read and written in
/// place, by the paths that Windows itself would use; nothing is ever run.
/// </summary>
public sealed class OfflineWindowsHost : IHost
{
    private readonly OfflineWindowsPath _paths;
    private HostFacts? _facts;

    /// <summary>A host in a folder.</summary>
    /// <param name="folder">The Windows folder, or the folder in which the disk with it is mounted.</param>
    /// <exception cref="HostException">There is no Windows there.</exception>
    public OfflineWindowsHost(string folder)
    {
        Name = folder ?? throw new ArgumentNullException(nameof(folder));
        _paths = OfflineWindowsPath.Find(folder);
    }

    /// <inheritdoc/>
    public string Name { get; }

    /// <inheritdoc/>
    public HostKind Kind => HostKind.OfflineWindows;

    /// <summary>Where a file of that Windows lies on this machine: for readers that map files, such as those of hives and images.</summary>
    /// <param name="path">As Windows writes it: <c>C:\Windows\System32\drivers\x.sys</c>, <c>\SystemRoot\…</c>, <c>\??\C:\…</c>, <c>System32\…</c>.</param>
    /// <returns>Its path on this machine; null when there is no such file or folder.</returns>
    /// <exception cref="HostException">It would lie outside the folder.</exception>
    public string? FindLocalPath(string path) => _paths.Existing(path);

    /// <inheritdoc/>
    public HostFacts GetFacts(CancellationToken cancellation) => _facts ??= OfflineWindowsFacts.Read(FindLocalPath);

    /// <summary>Not possible: nothing is run in a folder.</summary>
    /// <param name="call">Not used.</param>
    /// <param name="cancellation">Not used.</param>
    /// <returns>Nothing.</returns>
    /// <exception cref="HostException">Always, <see cref="HostErrorKind.NotSupported"/>.</exception>
    public ProgramResult Run(ProgramCall call, CancellationToken cancellation) => throw NotRunning($"'{call?.Program}' cannot be run");

    /// <summary>Not possible: nothing is run in a folder.</summary>
    /// <param name="call">Not used.</param>
    /// <param name="cancellation">Not used.</param>
    /// <returns>Nothing.</returns>
    /// <exception cref="HostException">Always, <see cref="HostErrorKind.NotSupported"/>.</exception>
    public ScriptResult RunScript(ScriptCall call, CancellationToken cancellation) => throw NotRunning($"the script '{call?.Name}' cannot be run");

    /// <inheritdoc/>
    public HostFile? FindFile(string path, CancellationToken cancellation) => _paths.Existing(path) is string local
        ? LocalFiles.Find(Name, local) is HostFile file ? file with { Path = _paths.Windows(local) } : null
        : null;

    /// <inheritdoc/>
    public IReadOnlyList<HostFile> ListFiles(string path, CancellationToken cancellation) =>
    [
        .. LocalFiles.List(Name, Local(path), cancellation)
            .Select(file => file with { Path = _paths.Windows(file.Path) })
            .OrderBy(file => file.Path, StringComparer.OrdinalIgnoreCase),
    ];

    /// <inheritdoc/>
    public byte[] ReadFile(string path, long maximumLength, CancellationToken cancellation) => LocalFiles.Read(Name, Local(path), maximumLength, cancellation);

    /// <inheritdoc/>
    public void WriteFile(string path, byte[] content, CancellationToken cancellation) => LocalFiles.Write(Name, _paths.ForWriting(path), content, cancellation);

    /// <inheritdoc/>
    public void CopyFrom(string path, long offset, Stream destination, CancellationToken cancellation) => LocalFiles.Copy(Name, Local(path), offset, destination, cancellation);

    /// <inheritdoc/>
    public string HashFile(string path, CancellationToken cancellation) => LocalFiles.Hash(Name, Local(path), cancellation);

    /// <summary>Not possible: what does not run cannot be restarted.</summary>
    /// <param name="timeout">Not used.</param>
    /// <param name="cancellation">Not used.</param>
    /// <returns>Nothing.</returns>
    /// <exception cref="HostException">Always, <see cref="HostErrorKind.NotSupported"/>.</exception>
    public HostFacts Restart(TimeSpan timeout, CancellationToken cancellation) => throw NotRunning("it cannot be restarted");

    /// <inheritdoc/>
    public void Dispose()
    {
    }

    private string Local(string path) => _paths.Existing(path) ?? throw HostFileError.Of(Name, path, new FileNotFoundException());

    private HostException NotRunning(string what) => new(Name, HostErrorKind.NotSupported, $"this Windows is not running, so {what}.");
}
