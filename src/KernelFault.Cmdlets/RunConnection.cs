using System.Management.Automation;
using System.Management.Automation.Runspaces;
using KernelFault.Hosts;
using KernelFault.Playbooks;
using KernelFault.Playbooks.Running;

namespace KernelFault.Cmdlets;

/// <summary>How machines of a run were reached, without secrets: what a journal keeps so that a later session reaches them again.</summary>
internal static class RunConnection
{
    internal const string Kind = "kind";
    private const string HostNameSet = "HostName";
    private const string SessionSet = "Session";
    private const string WindowsDirectorySet = "WindowsDirectory";

    /// <summary>What is kept.</summary>
    internal static IReadOnlyDictionary<string, object?> Of(string set, string? userName, string? keyFilePath, int port) =>
        set == HostNameSet ? PlaybookValue.Map((Kind, set), ("userName", userName), ("keyFilePath", keyFilePath), ("port", (long)port)) : PlaybookValue.Map((Kind, set));

    /// <summary>Reaches a machine again.</summary>
    /// <param name="machine">The machine.</param>
    /// <param name="credential">The user for WinRM; null for the one who runs this.</param>
    /// <param name="sessions">Open sessions, for machines that were reached by one.</param>
    /// <param name="folder">Makes a whole path of one as it was typed.</param>
    /// <exception cref="PlaybookException">It was reached by a session, and no session to it is given.</exception>
    internal static RunTarget To(RunMachine machine, PSCredential? credential, PSSession[] sessions, Func<string, string> folder)
    {
        string kind = PlaybookValue.Text(machine.Connection.TryGetValue(Kind, out object? value) ? value : null);
        (string _, Func<CancellationToken, IHost> open) = kind switch
        {
            HostNameSet => HostConnection.OverSsh(machine.Name, Text(machine, "userName"), Text(machine, "keyFilePath"), machine.Connection.TryGetValue("port", out object? port) && port is long number ? (int)number : 0),
            SessionSet => HostConnection.To(Array.Find(sessions, session => string.Equals(session.ComputerName, machine.Name, StringComparison.OrdinalIgnoreCase))
                ?? throw new PlaybookException($"'{machine.Name}' was reached by a session; give one again with -Session.")),
            WindowsDirectorySet => HostConnection.ToFolder(machine.Name),
            _ => HostConnection.To(machine.Name, credential, folder),
        };
        return new RunTarget(machine.Name, open);
    }

    private static string? Text(RunMachine machine, string name) => machine.Connection.TryGetValue(name, out object? value) ? value as string : null;
}
