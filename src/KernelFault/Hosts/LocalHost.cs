using System.Diagnostics;

namespace KernelFault.Hosts;

/// <summary>The machine this runs on: Windows, Linux or macOS.</summary>
public sealed class LocalHost : IHost
{
    private HostFacts? _facts;

    /// <inheritdoc/>
    public string Name => "localhost";

    /// <inheritdoc/>
    public HostKind Kind => HostKind.Local;

    /// <summary>Whether this process has the rights of an administrator with full token, or of root. Known without running anything.</summary>
    public static bool IsElevated => NativeIdentity.IsElevated;

    private static bool IsWindows => Path.DirectorySeparatorChar == '\\';

    /// <inheritdoc/>
    public HostFacts GetFacts(CancellationToken cancellation) => _facts ??= ReadFacts(cancellation) with { IsElevated = IsElevated, ClockAheadSeconds = 0 };

    /// <inheritdoc/>
    public ProgramResult Run(ProgramCall call, CancellationToken cancellation)
    {
        ProgramCallCheck.Verify(call ?? throw new ArgumentNullException(nameof(call)));
        string path = ProgramPath.Find(call.Program)
            ?? throw new HostException(Name, HostErrorKind.NotFound, $"There is no program '{call.Program}'.");
        var output = new BoundedOutput(Name, call.Program, call.MaximumOutput);
        var error = new BoundedOutput(Name, call.Program, call.MaximumOutput);
        var clock = Stopwatch.StartNew();
        int exitCode = LocalProcess.Run(
            Name,
            new LocalProcessCall(path, call.Arguments)
            {
                Title = call.Program,
                Input = call.Input,
                Timeout = call.Timeout,
                Output = output.Sink(call.OnOutput, isError: false),
                Error = error.Sink(call.OnOutput, isError: true),
            },
            cancellation);
        return new ProgramResult(exitCode, output.ToArray(), error.ToArray(), clock.Elapsed);
    }

    /// <inheritdoc/>
    public ScriptResult RunScript(ScriptCall call, CancellationToken cancellation)
    {
        if (call is null)
        {
            throw new ArgumentNullException(nameof(call));
        }

        string program = PowerShell() ?? throw new HostException(Name, HostErrorKind.NotFound, "There is no PowerShell: neither powershell.exe nor pwsh.");
        var process = new ProgramCall(program, [.. PowerShellProcess.Arguments])
        {
            Input = PowerShellProcess.Input(call, null),
            Timeout = call.Timeout,
            MaximumOutput = PowerShellProcess.MaximumOutput(call),
        };
        return PowerShellProcess.Result(Name, call, Run(process, cancellation));
    }

    /// <inheritdoc/>
    public HostFile? FindFile(string path, CancellationToken cancellation) => LocalFiles.Find(Name, path);

    /// <inheritdoc/>
    public IReadOnlyList<HostFile> ListFiles(string path, CancellationToken cancellation) => LocalFiles.List(Name, path, cancellation);

    /// <inheritdoc/>
    public byte[] ReadFile(string path, long maximumLength, CancellationToken cancellation) => LocalFiles.Read(Name, path, maximumLength, cancellation);

    /// <inheritdoc/>
    public void WriteFile(string path, byte[] content, CancellationToken cancellation) => LocalFiles.Write(Name, path, content, cancellation);

    /// <inheritdoc/>
    public void CopyFrom(string path, long offset, Stream destination, CancellationToken cancellation) => LocalFiles.Copy(Name, path, offset, destination, cancellation);

    /// <inheritdoc/>
    public string HashFile(string path, CancellationToken cancellation) => LocalFiles.Hash(Name, path, cancellation);

    /// <summary>Not possible: this process would end with the machine and could wait for nothing.</summary>
    /// <param name="timeout">Not used.</param>
    /// <param name="cancellation">Not used.</param>
    /// <returns>Nothing.</returns>
    /// <exception cref="HostException">Always, <see cref="HostErrorKind.NotSupported"/>.</exception>
    public HostFacts Restart(TimeSpan timeout, CancellationToken cancellation) =>
        throw new HostException(Name, HostErrorKind.NotSupported, "This machine cannot be restarted and waited for by a program that runs on it.");

    /// <inheritdoc/>
    public void Dispose()
    {
    }

    private HostFacts ReadFacts(CancellationToken cancellation) => IsWindows
        ? WindowsFacts.Ask(Name, call => RunScript(call, cancellation))
        : UnixFacts.Ask(Name, call => Run(call, cancellation));

    // Windows PowerShell is on every Windows; its place does not hang on the search path.
    private static string? PowerShell()
    {
        string windows = IsWindows ? Path.Combine(Environment.SystemDirectory, "WindowsPowerShell", "v1.0", "powershell.exe") : string.Empty;
        return IsWindows && File.Exists(windows) ? windows : ProgramPath.Find("pwsh");
    }
}
