// One connection a host: a master process holds it, every further ssh is a client of the master's socket and costs milliseconds.
// The socket lies in a folder of its own that nobody else may enter. The ssh of Windows has no masters and connects each time.
//
// BatchMode: nothing is ever asked of a user. What known_hosts does not vouch for is refused; the user's configuration decides
// about that and nothing here loosens it.
using System.Globalization;

namespace KernelFault.Hosts;

/// <summary>The <c>ssh</c> program and its connection to one host.</summary>
internal sealed class OpenSshConnection : IDisposable
{
    /// <summary>The exit code by which ssh says that it failed itself; a remote program may have it too.</summary>
    internal const int OwnFailure = 255;

    private const int MaximumMessage = 16 * 1024;

    // A master that nobody closed, because this process was killed, ends by itself.
    private const string Persistence = "ControlPersist=600";

    private static readonly TimeSpan s_closing = TimeSpan.FromSeconds(5);

    private readonly string _host;
    private readonly OpenSshDestination _destination;
    private readonly OpenSshOptions _options;
    private readonly string _program;
    private string? _folder;

    internal OpenSshConnection(string host, OpenSshDestination destination, OpenSshOptions options)
    {
        (_host, _destination, _options) = (host, destination, options);
        _program = ProgramPath.Find(options.Program)
            ?? throw new HostException(host, HostErrorKind.NotFound, $"There is no program '{options.Program}' on this machine; it comes with OpenSSH.");
    }

    private static bool HasMasters => Path.DirectorySeparatorChar == '/';

    /// <summary>Runs a command at the far end.</summary>
    /// <param name="command">For the login shell there: a constant without anything that shells differ about.</param>
    /// <param name="call">Input, outputs and time; its path and arguments are not used.</param>
    /// <param name="cancellation">Ends it at once.</param>
    /// <returns>Exit code; <see cref="OwnFailure"/> also when ssh itself failed.</returns>
    internal int Run(string command, LocalProcessCall call, CancellationToken cancellation)
    {
        StartMaster(cancellation);
        List<string> arguments = Arguments();
        arguments.AddRange(["-T", "--", _destination.HostName, command]);
        return LocalProcess.Run(_host, call with { Path = _program, Arguments = arguments }, cancellation);
    }

    /// <summary>What ssh's own failure means.</summary>
    /// <param name="error">What it wrote to standard error.</param>
    internal HostException Failure(byte[] error)
    {
        string said = ProgramText.Decode(error).Trim();
        bool refused = said.Contains("Permission denied") || said.Contains("Host key verification failed") || said.Contains("Too many authentication failures")
            || said.Contains("host key is known") || said.Contains("no matching host key");
        string advice = said.Contains("Host key verification failed") || said.Contains("host key is known")
            ? " Its key is not the one in known_hosts, or none is there: connect once by hand and compare the fingerprint."
            : said.Contains("Permission denied") ? " Nothing is asked here: the key has to be in the agent, without a passphrase, or named by the configuration." : string.Empty;
        return new HostException(_host, refused ? HostErrorKind.Refused : HostErrorKind.Unreachable, (said.Length > 0 ? said : "The connection was lost.") + advice);
    }

    /// <summary>Ends the connection, so that the next command makes a new one.</summary>
    internal void Close()
    {
        if (_folder is null)
        {
            return;
        }

        try
        {
            List<string> arguments = Arguments();
            arguments.AddRange(["-O", "exit", "--", _destination.HostName]);
            LocalProcess.Run(_host, Quiet(arguments, new BoundedOutput(_host, "ssh", MaximumMessage)), CancellationToken.None);
        }
        catch (HostException)
        {
            // The master is gone already.
        }

        try
        {
            Directory.Delete(_folder, recursive: true);
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            // The socket vanishes with the master.
        }

        _folder = null;
    }

    public void Dispose() => Close();

    private void StartMaster(CancellationToken cancellation)
    {
        if (!HasMasters || _folder is not null)
        {
            return;
        }

        _folder = PrivateFolder.Create();
        try
        {
            List<string> arguments = Arguments();
            arguments.AddRange(["-o", "ControlMaster=yes", "-o", Persistence, "-N", "-f", "--", _destination.HostName]);
            var error = new BoundedOutput(_host, "ssh", MaximumMessage);
            LocalProcessCall call = Quiet(arguments, error) with { Timeout = _options.ConnectTimeout + _options.ConnectTimeout };
            if (LocalProcess.Run(_host, call, cancellation) != 0)
            {
                throw Failure(error.ToArray());
            }
        }
        catch (Exception e)
        {
            Close();
            if (e is HostException { Kind: HostErrorKind.TimedOut })
            {
                throw new HostException(_host, HostErrorKind.Unreachable, "It did not answer in time.", e);
            }

            throw;
        }
    }

    private LocalProcessCall Quiet(List<string> arguments, BoundedOutput error) => new(_program, arguments)
    {
        Title = "ssh",
        Timeout = s_closing,
        Output = (_, _, _) => { },
        Error = error.Add,
    };

    private List<string> Arguments()
    {
        List<string> arguments =
        [
            "-o", "BatchMode=yes",
            "-o", "LogLevel=ERROR",
            "-o", "ClearAllForwardings=yes",
            "-o", "ForwardAgent=no",
            "-o", "ForwardX11=no",
            "-o", "PermitLocalCommand=no",
            "-o", "RemoteCommand=none",
            "-o", "ServerAliveInterval=15",
            "-o", "ServerAliveCountMax=3",
            "-o", "ConnectTimeout=" + Math.Max(1, (int)_options.ConnectTimeout.TotalSeconds).ToString(CultureInfo.InvariantCulture),
        ];
        if (_folder is not null)
        {
            arguments.AddRange(["-o", "ControlPath=" + Path.Combine(_folder, "c")]);
        }

        if (_options.ConfigurationFile is string configuration)
        {
            arguments.AddRange(["-F", configuration]);
        }

        if (_options.IdentityFile is string identity)
        {
            arguments.AddRange(["-i", identity, "-o", "IdentitiesOnly=yes"]);
        }

        if (_destination.User is string user)
        {
            arguments.AddRange(["-l", user]);
        }

        if (_destination.Port is int port)
        {
            arguments.AddRange(["-p", port.ToString(CultureInfo.InvariantCulture)]);
        }

        return arguments;
    }
}
