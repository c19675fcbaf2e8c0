using KernelFault.Hosts;
using KernelFault.Playbooks;
using KernelFault.Playbooks.Running;

namespace KernelFault.Cli;

/// <summary>Turns what a user typed into machines of a run.</summary>
internal static class PlaybookHosts
{
    private const string SshScheme = "ssh://";
    private const string RecordedScheme = "recorded://";

    // What the journal keeps of a machine, in the cmdlets' words: either goes on with a run that the other has begun.
    private const string Kind = "kind";
    private const string ByName = "ComputerName";
    private const string ByFolder = "WindowsDirectory";

    /// <summary>A machine by its name: this one, <c>ssh://…</c>, the folder of a Windows that is not running, <c>recorded://FOLDER</c>.</summary>
    /// <exception cref="PlaybookException">It is none of them.</exception>
    internal static RunTarget Of(string name)
    {
        RunTarget target = Open(name);
        return target with { Connection = PlaybookValue.Map((Kind, Path.IsPathRooted(target.Name) ? ByFolder : ByName)) };
    }

    /// <summary>A machine of a run that was begun before.</summary>
    /// <exception cref="PlaybookException">It cannot be reached from here.</exception>
    internal static RunTarget Again(RunMachine machine) =>
        machine.Connection.TryGetValue(Kind, out object? kind) && kind is not (ByName or ByFolder)
            ? throw new PlaybookException($"'{machine.Name}' was reached by a session of PowerShell; go on with Resume-RemediationRun.")
            : Open(machine.Name);

    private static RunTarget Open(string name) =>
        name is "." or "localhost" or "127.0.0.1" or "::1" || name.Equals(Environment.MachineName, StringComparison.OrdinalIgnoreCase) ? new RunTarget(name, _ => new LocalHost())
        : name.StartsWith(SshScheme, StringComparison.OrdinalIgnoreCase) ? new RunTarget(name, _ => new OpenSshHost(name))
        : name.StartsWith(RecordedScheme, StringComparison.OrdinalIgnoreCase) ? new RunTarget(name, _ => new RecordedHost(name, HostRecording.Load(Path.GetFullPath(name[RecordedScheme.Length..]))))
        : Directory.Exists(name) ? new RunTarget(Path.GetFullPath(name), _ => new OfflineWindowsHost(Path.GetFullPath(name)))
        : throw new PlaybookException($"'{name}' is no machine that can be reached from here: localhost, ssh://user@host or the folder of a Windows that is not running is expected.");

    /// <summary>Parameters as they were typed: <c>name=value</c>; a value that begins with [ or { is JSON.</summary>
    /// <exception cref="PlaybookException">One is not of that form.</exception>
    internal static IReadOnlyDictionary<string, object?> Parameters(string[] texts) => PlaybookValue.Map([.. texts.Select(Parameter)]);

    private static (string Name, object? Value) Parameter(string text)
    {
        int at = text.IndexOf('=', StringComparison.Ordinal);
        if (at < 1)
        {
            throw new PlaybookException($"'{text}' is no parameter: name=value is expected.");
        }

        string value = text[(at + 1)..];
        if (value.Length == 0 || value[0] is not ('[' or '{'))
        {
            return (text[..at], value);
        }

        try
        {
            using var document = System.Text.Json.JsonDocument.Parse(value);
            return (text[..at], PlaybookValue.FromJson(document.RootElement));
        }
        catch (System.Text.Json.JsonException e)
        {
            throw new PlaybookException($"The value of the parameter '{text[..at]}' is no JSON: {e.Message}", e);
        }
    }
}
