using System.Diagnostics;
using System.Net;
using System.Net.Sockets;
using KernelFault.Hosts;

namespace KernelFault.Tests.Hosts;

/// <summary>A real <c>sshd</c> of the tests' own on a loopback port, with its own keys, known hosts and configuration.</summary>
public sealed class SshServer : IDisposable
{
    private readonly string? _missing;
    private Process? _process;

    public SshServer()
    {
        _missing = OperatingSystem.IsWindows() ? "an sshd for these tests" : new[] { "ssh", "ssh-keygen" }.FirstOrDefault(program => !ExternalProgram.Exists(program));
        if (_missing is null && Program is null)
        {
            _missing = "sshd";
        }

        if (_missing is not null)
        {
            return;
        }

        Folder = Directory.CreateTempSubdirectory("kf-sshd-").FullName;
        foreach (string key in (string[])["host", "user", "stranger"])
        {
            ExternalProgram.Run(Folder, "ssh-keygen", "-q", "-t", "ed25519", "-N", string.Empty, "-C", key, "-f", key);
        }

        File.Copy(In("user.pub"), In("authorized_keys"));

        // Stand-ins by which the loopback looks like a Windows: no uname, and a powershell.exe.
        Directory.CreateDirectory(In("windows"));
        WriteProgram("windows/uname", "#!/bin/sh\nexit 1\n");
        WriteProgram("windows/powershell.exe", "#!/bin/sh\nexec pwsh \"$@\"\n");
        Start(string.Empty);
        WriteConfiguration("config", In("known_hosts"), In("user"));
        WriteConfiguration("unknown", In("absent"), In("user"));
        WriteConfiguration("stranger.config", In("known_hosts"), In("stranger"));
    }

    private static string? Program => new[] { "/usr/sbin/sshd", "/usr/local/sbin/sshd", "/usr/bin/sshd" }.FirstOrDefault(File.Exists);

    internal string Folder { get; } = string.Empty;

    internal int Port { get; private set; }

    internal string Name => $"ssh://{Environment.UserName}@127.0.0.1:{Port}";

    /// <summary>How to reach it.</summary>
    /// <param name="configuration">One of the configurations made here.</param>
    internal OpenSshOptions Options(string configuration = "config") => new() { ConfigurationFile = In(configuration), ConnectTimeout = TimeSpan.FromSeconds(10) };

    /// <summary>A host behind it; skips the calling test where there is no server.</summary>
    internal OpenSshHost Connect(string configuration = "config")
    {
        Require();
        return new OpenSshHost(Name, Options(configuration));
    }

    /// <summary>Skips the calling test where there is no server.</summary>
    internal void Require() => Skip.If(_missing is not null, $"{_missing} is not installed: the test over ssh is skipped.");

    internal string In(string name) => Path.Combine(Folder, name);

    /// <summary>Starts the server, again or with a further line of configuration.</summary>
    internal void Start(string more)
    {
        Stop();
        Port = FreePort();
        File.WriteAllText(In("known_hosts"), $"[127.0.0.1]:{Port} {File.ReadAllText(In("host.pub"))}");
        File.WriteAllText(In("sshd_config"), $"""
            Port {Port}
            ListenAddress 127.0.0.1
            HostKey {In("host")}
            AuthorizedKeysFile {In("authorized_keys")}
            PidFile none
            StrictModes no
            UsePAM no
            PermitRootLogin yes
            PasswordAuthentication no
            KbdInteractiveAuthentication no
            MaxStartups 100
            MaxSessions 100
            Subsystem powershell {ExternalPath("pwsh")} -sshs -NoLogo
            {more}
            """);
        if (Environment.UserName == "root")
        {
            // Where sshd, started by root, keeps its unprivileged half.
            Directory.CreateDirectory("/run/sshd");
        }

        _process = System.Diagnostics.Process.Start(new ProcessStartInfo(Program!, ["-D", "-E", In("log"), "-f", In("sshd_config")]))!;
        var clock = Stopwatch.StartNew();
        while (!Answers() && clock.Elapsed < TimeSpan.FromSeconds(20))
        {
            Assert.False(_process.HasExited, "sshd did not start: " + (File.Exists(In("log")) ? File.ReadAllText(In("log")) : string.Empty));
            Thread.Sleep(50);
        }
    }

    public void Dispose()
    {
        Stop();
        if (Folder.Length > 0)
        {
            Directory.Delete(Folder, recursive: true);
        }
    }

    private static string ExternalPath(string program) => ProgramPath.Find(program) ?? "/bin/false";

    private static int FreePort()
    {
        using var listener = new TcpListener(IPAddress.Loopback, 0);
        listener.Start();
        return ((IPEndPoint)listener.LocalEndpoint).Port;
    }

    private void Stop()
    {
        if (_process is not null)
        {
            _process.Kill(entireProcessTree: true);
            _process.WaitForExit();
            _process.Dispose();
            _process = null;
        }
    }

    private bool Answers()
    {
        try
        {
            using var client = new TcpClient();
            client.Connect(IPAddress.Loopback, Port);
            return true;
        }
        catch (SocketException)
        {
            return false;
        }
    }

    private void WriteProgram(string name, string text)
    {
        File.WriteAllText(In(name), text);
        ExternalProgram.Run(Folder, "chmod", "+x", name);
    }

    private void WriteConfiguration(string name, string knownHosts, string identity) => File.WriteAllText(In(name), $"""
        Host behind
            HostName localhost
            HostKeyAlias [127.0.0.1]:{Port}
            AddressFamily inet
            Port {Port}
            ProxyJump 127.0.0.1:{Port}
        Host *
            User {Environment.UserName}
            UserKnownHostsFile {knownHosts}
            GlobalKnownHostsFile /dev/null
            IdentityFile {identity}
            IdentitiesOnly yes
            IdentityAgent none
        """);
}
