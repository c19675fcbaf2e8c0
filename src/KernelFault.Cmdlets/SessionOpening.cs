using System.Collections;
using System.Collections.ObjectModel;
using System.Management.Automation;
using System.Management.Automation.Remoting;
using System.Management.Automation.Runspaces;
using KernelFault.Hosts;

namespace KernelFault.Cmdlets;

/// <summary>
/// A session that we opened ourselves, by PowerShell's own cmdlet: its classes for SSH are not in every version we are loaded by.
/// The local runspace it was opened in closes its sessions when it is closed, so the two live and end together.
/// </summary>
internal sealed class SessionOpening : IDisposable
{
    private readonly PowerShell _shell;

    private SessionOpening(PowerShell shell, PSSession session) => (_shell, Session) = (shell, session);

    internal PSSession Session { get; }

    internal static SessionOpening Open(string name, Hashtable parameters, CancellationToken cancellation)
    {
        PowerShell shell = PowerShell.Create();
        try
        {
            using CancellationTokenRegistration registration = cancellation.Register(() => shell.BeginStop(null, null));
            cancellation.ThrowIfCancellationRequested();
            shell.AddCommand("New-PSSession").AddParameters(parameters).AddParameter("ErrorAction", "Stop");
            Collection<PSSession> sessions = shell.Invoke<PSSession>();
            cancellation.ThrowIfCancellationRequested();
            return sessions.Count == 1 ? new SessionOpening(shell, sessions[0]) : throw new HostException(name, HostErrorKind.Unreachable, "No session came of it.");
        }
        catch (Exception e)
        {
            shell.Dispose();
            cancellation.ThrowIfCancellationRequested();
            throw e switch
            {
                HostException => e,
                ParameterBindingException => new HostException(name, HostErrorKind.NotSupported, "This PowerShell cannot open such a session: " + e.Message, e),
                RuntimeException { ErrorRecord: { } record } => new HostException(name, Kind(record), record.ToString() + Advice(name, parameters), e),
                _ => new HostException(name, HostErrorKind.Unreachable, e.Message, e),
            };
        }
    }

    public void Dispose()
    {
        Session.Runspace.Dispose();
        _shell.Dispose();
    }

    // Where PowerShell has no WinRM, a bare name rarely means it.
    private static string Advice(string name, Hashtable parameters) =>
        Path.DirectorySeparatorChar == '/' && parameters.ContainsKey("ComputerName") ? $" A name means WinRM; write ssh://{name} for OpenSSH." : string.Empty;

    private static HostErrorKind Kind(ErrorRecord record) => record.Exception switch
    {
        // 5 is Windows' ERROR_ACCESS_DENIED; ssh says it in words.
        PSRemotingTransportException { ErrorCode: 5 } => HostErrorKind.Refused,
        _ when record.ToString().Contains("Permission denied") || record.ToString().Contains("Host key verification failed") => HostErrorKind.Refused,
        PSRemotingTransportException => HostErrorKind.Unreachable,
        _ => HostErrorKind.Unreachable,
    };
}
