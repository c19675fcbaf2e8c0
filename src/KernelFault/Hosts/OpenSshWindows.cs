using System.Diagnostics;

namespace KernelFault.Hosts;

/// <summary>
/// Windows behind OpenSSH. Its login shell is cmd.exe or PowerShell; nothing but constants and base64 is on the command line, and
/// all that changes goes through standard input.
/// </summary>
internal sealed class OpenSshWindows(string name, OpenSshConnection connection) : ScriptedHost(name, HostKind.OpenSsh)
{
    private const long MaximumError = 1024 * 1024;

    protected override ScriptResult Invoke(ScriptCall call, byte[]? payload, CancellationToken cancellation)
    {
        var output = new BoundedOutput(Name, call.Name, PowerShellProcess.MaximumOutput(call));
        var error = new BoundedOutput(Name, call.Name, MaximumError);
        var clock = Stopwatch.StartNew();
        int exitCode = connection.Run(
            "powershell.exe " + string.Join(" ", PowerShellProcess.Arguments),
            new LocalProcessCall(string.Empty, [])
            {
                Title = call.Name,
                Input = PowerShellProcess.Input(call, payload),
                Timeout = call.Timeout,
                Output = output.Add,
                Error = error.Add,
            },
            cancellation);
        if (exitCode == OpenSshConnection.OwnFailure)
        {
            throw connection.Failure(error.ToArray());
        }

        return PowerShellProcess.Result(Name, call, new ProgramResult(exitCode, output.ToArray(), error.ToArray(), clock.Elapsed));
    }

    protected override void Reconnect(CancellationToken cancellation) => connection.Close();

    protected override void Dispose(bool disposing)
    {
        // The connection is the host's.
    }
}
