using System.Collections;
using System.Diagnostics;
using System.Management.Automation;
using System.Management.Automation.Remoting;
using System.Management.Automation.Runspaces;
using System.Text;
using KernelFault.Hosts;

namespace KernelFault.Cmdlets;

/// <summary>A machine in a PowerShell session: WinRM, SSH or PowerShell Direct.</summary>
internal sealed class SessionHost : ScriptedHost
{
    // What a script throws becomes one of its error records: a pipeline that fails loses output that is still on its way. What is
    // left to be thrown means that the script was not run at all.
    private const string Runner =
        "param([string]$Script, [object[]]$Values)\ntry { $block = [scriptblock]::Create($Script) } catch { throw }\ntry { & $block @Values } catch { Write-Error -ErrorRecord $_ -ErrorAction Continue }";

    // How long a script that is told to stop is waited for; a dead connection would keep it for ever.
    private static readonly TimeSpan s_stopping = TimeSpan.FromSeconds(3);

    private readonly Hashtable? _parameters;
    private SessionOpening? _opening;
    private PSSession _session;

    /// <summary>A host in a session of the user's, which is not closed.</summary>
    internal SessionHost(PSSession session)
        : base(session.ComputerName, HostKind.PowerShellSession) => _session = session;

    private SessionHost(string name, Hashtable parameters, SessionOpening opening)
        : base(name, HostKind.PowerShellSession) => (_parameters, _opening, _session) = (parameters, opening, opening.Session);

    /// <summary>Opens a session and closes it with the host.</summary>
    /// <param name="name">The machine as its user named it.</param>
    /// <param name="parameters">Parameters of <c>New-PSSession</c>.</param>
    /// <param name="cancellation">Ends the work at once.</param>
    /// <exception cref="HostException">It cannot be opened.</exception>
    internal static SessionHost Open(string name, Hashtable parameters, CancellationToken cancellation) =>
        new(name, parameters, SessionOpening.Open(name, parameters, cancellation));

    protected override ScriptResult Invoke(ScriptCall call, byte[]? payload, CancellationToken cancellation)
    {
        cancellation.ThrowIfCancellationRequested();
        var clock = Stopwatch.StartNew();
        PowerShell shell = PowerShell.Create();
        shell.Runspace = _session.Runspace;
        object[] values = payload is null ? [call.Json] : [call.Json, Convert.ToBase64String(payload)];
        shell.AddScript(Runner).AddArgument(call.Script).AddArgument(values);

        bool stopped = true;
        try
        {
            var text = new StringBuilder();
            using var tooLarge = new ManualResetEventSlim();
            var output = new PSDataCollection<PSObject>();
            output.DataAdded += (_, _) => Collect(output, text, call.MaximumOutput, tooLarge);
            IAsyncResult running = shell.BeginInvoke<PSObject, PSObject>(null, output);
            switch (WaitHandle.WaitAny([running.AsyncWaitHandle, cancellation.WaitHandle, tooLarge.WaitHandle], call.Timeout))
            {
                case 0:
                    End(shell, running, call);
                    Collect(output, text, call.MaximumOutput, tooLarge);
                    string[] errors = [.. shell.Streams.Error.Select(error => error.ToString())];
                    return !tooLarge.IsSet ? new ScriptResult(text.ToString(), errors, clock.Elapsed) : throw TooLarge(call);
                case 1:
                    stopped = Stop(shell);
                    throw new OperationCanceledException(cancellation);
                case 2:
                    stopped = Stop(shell);
                    throw TooLarge(call);
                default:
                    stopped = Stop(shell);
                    throw new HostException(Name, HostErrorKind.TimedOut, $"The script '{call.Name}' did not end within {call.Timeout.TotalSeconds:0.#} s and was ended.");
            }
        }
        catch (Exception e) when (e is InvalidRunspaceStateException or PSInvalidOperationException or RuntimeException)
        {
            throw new HostException(Name, HostErrorKind.Unreachable, "The session does not answer: " + e.Message, e);
        }
        finally
        {
            if (stopped)
            {
                shell.Dispose();
            }
        }
    }

    protected override void Reconnect(CancellationToken cancellation)
    {
        if (_parameters is null)
        {
            throw new HostException(Name, HostErrorKind.NotSupported, "The session was opened elsewhere and does not outlive a restart; name the machine instead.");
        }

        _opening?.Dispose();
        _opening = null;
        _opening = SessionOpening.Open(Name, _parameters, cancellation);
        _session = _opening.Session;
    }

    protected override void Dispose(bool disposing)
    {
        if (disposing)
        {
            _opening?.Dispose();
        }
    }

    private static void Collect(PSDataCollection<PSObject> output, StringBuilder text, long maximum, ManualResetEventSlim tooLarge)
    {
        lock (text)
        {
            foreach (PSObject item in output.ReadAll())
            {
                string line = item?.ToString() ?? string.Empty;
                if (text.Length + line.Length > maximum)
                {
                    tooLarge.Set();
                    return;
                }

                text.Append(text.Length > 0 ? "\n" : string.Empty).Append(line);
            }
        }
    }

    private static bool Stop(PowerShell shell)
    {
        IAsyncResult stopping = shell.BeginStop(null, null);
        return stopping.AsyncWaitHandle.WaitOne(s_stopping);
    }

    private HostException TooLarge(ScriptCall call) =>
        new(Name, HostErrorKind.TooLarge, $"The script '{call.Name}' wrote more than {call.MaximumOutput} characters.");

    private void End(PowerShell shell, IAsyncResult running, ScriptCall call)
    {
        try
        {
            shell.EndInvoke(running);
        }
        catch (RuntimeException e) when (e is not PSRemotingTransportException)
        {
            throw new HostException(Name, HostErrorKind.Failed, $"The script '{call.Name}' could not be run: {e.Message}", e);
        }
    }
}
