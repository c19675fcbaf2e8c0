// The login shell at the far end may be bash, dash, zsh, fish or csh, and they quote differently. So it gets one constant that
// all of them read alike, and that starts /bin/sh. What is to be done comes through standard input: a line with a length, and as
// many bytes of a script for /bin/sh with each argument in single quotes, in which every byte but NUL means itself. Behind that
// comes the input of the program. There is no limit on its length but the kernel's own for arguments.
using System.Diagnostics;
using System.Globalization;
using System.Text;

namespace KernelFault.Hosts;

/// <summary>Linux or macOS behind OpenSSH, by <c>/bin/sh</c> and the tools that POSIX has.</summary>
internal sealed class OpenSshShell(string name, OpenSshConnection connection) : IHost, IReconnectingHost
{
    // 'dd' a byte at a time: what it reads ahead would be lost to the program.
    private const string Starter = "exec /bin/sh -c 'IFS= read -r n && eval \"$(dd bs=1 count=\"$n\" 2>/dev/null)\"'";

    private static readonly TimeSpan s_copying = TimeSpan.FromHours(12);

    private HostFacts? _facts;

    public string Name { get; } = name;

    public HostKind Kind => HostKind.OpenSsh;

    public HostFacts GetFacts(CancellationToken cancellation) => _facts ??= UnixFacts.Ask(Name, call => Run(call, cancellation));

    public ProgramResult Run(ProgramCall call, CancellationToken cancellation)
    {
        ProgramCallCheck.Verify(call ?? throw new ArgumentNullException(nameof(call)));
        var output = new BoundedOutput(Name, call.Program, call.MaximumOutput);
        (int exitCode, byte[] error, TimeSpan duration) = Run(call, output.Sink(call.OnOutput, isError: false), cancellation);
        return new ProgramResult(exitCode, output.ToArray(), error, duration);
    }

    public ScriptResult RunScript(ScriptCall call, CancellationToken cancellation)
    {
        var process = new ProgramCall("pwsh", [.. PowerShellProcess.Arguments])
        {
            Input = PowerShellProcess.Input(call ?? throw new ArgumentNullException(nameof(call)), null),
            Timeout = call.Timeout,
            MaximumOutput = PowerShellProcess.MaximumOutput(call),
        };
        return PowerShellProcess.Result(Name, call, Run(process, cancellation));
    }

    public HostFile? FindFile(string path, CancellationToken cancellation) => ShellEntry.Read(Name, Files("find", path, cancellation)).FirstOrDefault();

    public IReadOnlyList<HostFile> ListFiles(string path, CancellationToken cancellation) =>
        [.. ShellEntry.Read(Name, Files("list", path, cancellation)).OrderBy(file => file.Path, StringComparer.Ordinal)];

    public byte[] ReadFile(string path, long maximumLength, CancellationToken cancellation)
    {
        var content = new MemoryStream();
        Copy(path, 0, content, maximumLength, cancellation);
        return content.ToArray();
    }

    public void CopyFrom(string path, long offset, Stream destination, CancellationToken cancellation) =>
        Copy(path, offset, destination ?? throw new ArgumentNullException(nameof(destination)), long.MaxValue, cancellation);

    public void WriteFile(string path, byte[] content, CancellationToken cancellation)
    {
        ProgramCall call = Call("write", path, Path.GetRandomFileName(), (content ?? throw new ArgumentNullException(nameof(content))).Length.ToString(CultureInfo.InvariantCulture));
        Check(path, Run(call with { Input = content, Timeout = s_copying }, cancellation));
    }

    public string HashFile(string path, CancellationToken cancellation)
    {
        byte[] output = Check(path, Run(Call("hash", path) with { Timeout = s_copying }, cancellation));
        string hash = Encoding.ASCII.GetString(output);
        return hash.Length >= 64 ? hash.Remove(64) : throw new HostException(Name, HostErrorKind.Failed, $"No hash of '{path}' came back.");
    }

    public void Reconnect(CancellationToken cancellation)
    {
        _facts = null;
        connection.Close();
    }

    public HostFacts Restart(TimeSpan timeout, CancellationToken cancellation)
    {
        // What was known may be from before a crash.
        _facts = null;
        HostFacts before = HostRestart.Before(Name, GetFacts(cancellation));
        HostRestart.Begin(this, HostRestart.UnixProgram, cancellation);
        _facts = null;
        return _facts = HostRestart.Wait(
            Name,
            before,
            token =>
            {
                connection.Close();
                return UnixFacts.Ask(Name, call => Run(call, token));
            },
            timeout,
            cancellation);
    }

    public void Dispose()
    {
        // The connection is the host's.
    }

    private ProgramCall Call(string operation, string path, params string[] more) => path.StartsWith("/", StringComparison.Ordinal)
        ? new ProgramCall("/bin/sh", ["-c", HostScript.ShellFiles, "sh", operation, path, .. more])
        : throw HostFileError.NotWhole(Name, path);

    // In single quotes everything means itself, except the quote.
    private static void AppendQuoted(StringBuilder script, string text) => script.Append('\'').Append(text.Replace("'", "'\\''")).Append('\'');

    private byte[] Files(string operation, string path, CancellationToken cancellation) => Check(path, Run(Call(operation, path), cancellation));

    private byte[] Check(string path, ProgramResult result) => result.ExitCode == 0 ? result.Output : throw Error(path, result.ExitCode, result.Error);

    private HostException Error(string path, int exitCode, byte[] error) => exitCode switch
    {
        43 => HostFileError.Of(Name, path, new UnauthorizedAccessException()),
        44 => HostFileError.Of(Name, path, new FileNotFoundException()),
        45 => new HostException(Name, HostErrorKind.Failed, $"'{path}' is a folder where a file was meant, or a file where a folder was."),
        46 => new HostException(Name, HostErrorKind.Failed, $"'{path}' could not be written whole: {ProgramText.Decode(error).Trim()}"),
        _ => new HostException(Name, HostErrorKind.Failed, $"'{path}': {ProgramText.Decode(error).Trim()} (exit code {exitCode})"),
    };

    private void Copy(string path, long offset, Stream destination, long maximumLength, CancellationToken cancellation)
    {
        long total = 0;
        (int exitCode, byte[] error, _) = Run(
            Call("read", path, (offset + 1).ToString(CultureInfo.InvariantCulture)) with { Timeout = s_copying },
            (buffer, from, count) =>
            {
                total += count;
                if (total > maximumLength)
                {
                    throw HostFileError.TooLarge(Name, path, maximumLength);
                }

                destination.Write(buffer, from, count);
            },
            cancellation);
        if (exitCode != 0)
        {
            throw Error(path, exitCode, error);
        }
    }

    private (int ExitCode, byte[] Error, TimeSpan Duration) Run(ProgramCall call, OutputSink output, CancellationToken cancellation)
    {
        string nonce = Guid.NewGuid().ToString("N");
        var start = new ShellAnswer(nonce, output);
        var error = new BoundedOutput(Name, call.Program, call.MaximumOutput);
        var clock = Stopwatch.StartNew();
        int exitCode = connection.Run(
            Starter,
            new LocalProcessCall(string.Empty, [])
            {
                Title = call.Program,
                Input = Input(call, nonce),
                HoldsInputOpen = true,
                Timeout = call.Timeout,
                Output = start.Add,
                Error = error.Sink(call.OnOutput, isError: true),
            },
            cancellation);
        return start.Status switch
        {
            "ok" => (exitCode, exitCode == OpenSshConnection.OwnFailure ? OwnError(error.ToArray(), nonce) : error.ToArray(), clock.Elapsed),
            "notFound" => throw new HostException(Name, HostErrorKind.NotFound, $"There is no program '{call.Program}'."),
            "denied" => throw new HostException(Name, HostErrorKind.AccessDenied, $"'{call.Program}' may not be run by this user."),
            _ when exitCode == OpenSshConnection.OwnFailure => throw connection.Failure(error.ToArray()),
            _ => throw new HostException(Name, HostErrorKind.Failed, $"Its login shell did not start '{call.Program}' (exit code {exitCode}): {ProgramText.Decode(error.ToArray()).Trim()}"),
        };
    }

    // A program of its own exit code 255 is followed by the nonce; without it the connection broke.
    private byte[] OwnError(byte[] error, string nonce)
    {
        int length = error.Length - nonce.Length;
        if (length < 0 || Encoding.ASCII.GetString(error, length, nonce.Length) != nonce)
        {
            throw connection.Failure(error);
        }

        Array.Resize(ref error, length);
        return error;
    }

    private static byte[] Input(ProgramCall call, string nonce)
    {
        var script = new StringBuilder("nonce=").Append(nonce).Append(" input=").Append((call.Input?.Length ?? 0).ToString(CultureInfo.InvariantCulture)).Append(" program=");
        AppendQuoted(script, call.Program);
        script.Append("\nset --");
        foreach (string argument in call.Arguments)
        {
            script.Append(' ');
            AppendQuoted(script, argument);
        }

        byte[] text = Encoding.UTF8.GetBytes(script.Append('\n').Append(HostScript.ShellProgram).ToString());
        var input = new MemoryStream();
        byte[] length = Encoding.ASCII.GetBytes(text.Length.ToString(CultureInfo.InvariantCulture) + "\n");
        input.Write(length, 0, length.Length);
        input.Write(text, 0, text.Length);
        if (call.Input is not null)
        {
            input.Write(call.Input, 0, call.Input.Length);
        }

        return input.ToArray();
    }
}
