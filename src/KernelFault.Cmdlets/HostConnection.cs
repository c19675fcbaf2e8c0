using System.Collections;
using System.Management.Automation;
using System.Management.Automation.Runspaces;
using KernelFault.Hosts;

namespace KernelFault.Cmdlets;

/// <summary>Turns what a user typed into a name and a way to connect; the connecting itself is done later, on a worker's thread.</summary>
internal static class HostConnection
{
    private const string SshScheme = "ssh://";
    private const string RecordedScheme = "recorded://";

    /// <summary>Whether a name means the machine that this runs on.</summary>
    internal static bool IsLocal(string name) =>
        name is "." or "127.0.0.1" or "::1" || name.Equals("localhost", StringComparison.OrdinalIgnoreCase) || name.Equals(Environment.MachineName, StringComparison.OrdinalIgnoreCase);

    internal static (string Name, Func<CancellationToken, IHost> Open) ToThisMachine() => ("localhost", _ => new LocalHost());

    /// <summary>A machine by what its user typed.</summary>
    /// <param name="name">A name, or an address with ssh:// or recorded://.</param>
    /// <param name="credential">The user for WinRM; null for the one who runs this.</param>
    /// <param name="folder">Makes a whole path of one as it was typed.</param>
    internal static (string Name, Func<CancellationToken, IHost> Open) To(string name, PSCredential? credential, Func<string, string> folder)
    {
        if (name.StartsWith(SshScheme, StringComparison.OrdinalIgnoreCase))
        {
            return (name, _ => credential is null
                ? new OpenSshHost(name)
                : throw new ArgumentException("A credential is not used with ssh://: OpenSSH takes keys, its agent and its configuration."));
        }

        if (name.StartsWith(RecordedScheme, StringComparison.OrdinalIgnoreCase))
        {
            string path = folder(name.Substring(RecordedScheme.Length));
            return (name, _ => new RecordedHost(name, HostRecording.Load(path)));
        }

        if (credential is null && IsLocal(name))
        {
            return (name, _ => new LocalHost());
        }

        var parameters = new Hashtable { ["ComputerName"] = name };
        if (credential is not null)
        {
            parameters["Credential"] = credential;
        }

        return (name, cancellation => SessionHost.Open(name, parameters, cancellation));
    }

    internal static (string Name, Func<CancellationToken, IHost> Open) To(PSSession session) => (session.ComputerName, _ => new SessionHost(session));

    internal static (string Name, Func<CancellationToken, IHost> Open) ToFolder(string folder) => (folder, _ => new OfflineWindowsHost(folder));

    internal static (string Name, Func<CancellationToken, IHost> Open) OverSsh(string name, string? userName, string? keyFilePath, int port)
    {
        var parameters = new Hashtable { ["HostName"] = name };
        if (userName is not null)
        {
            parameters["UserName"] = userName;
        }

        if (keyFilePath is not null)
        {
            parameters["KeyFilePath"] = keyFilePath;
        }

        if (port > 0)
        {
            parameters["Port"] = port;
        }

        return (name, cancellation =>
        {
            // PowerShell gives them to ssh, which takes a name with a dash for an option.
            OpenSshHost.VerifyName(name);
            OpenSshHost.VerifyName((userName ?? "user") + "@host");
            return SessionHost.Open(name, parameters, cancellation);
        });
    }
}
