namespace KernelFault.Playbooks.Running;

/// <summary>Writes what became of a playbook for people.</summary>
public interface IRunReport
{
    /// <summary>Writes what became of one machine, so far.</summary>
    /// <param name="run">The machine's run.</param>
    /// <param name="path">The file here; its folder exists.</param>
    /// <param name="format"><c>html</c> or <c>markdown</c>.</param>
    /// <exception cref="IOException">It cannot be written.</exception>
    void Write(HostRun run, string path, string format);

    /// <summary>Writes what became of all machines.</summary>
    /// <param name="run">The run.</param>
    /// <param name="path">The file here; its folder exists.</param>
    /// <param name="format"><c>html</c> or <c>markdown</c>.</param>
    /// <exception cref="IOException">It cannot be written.</exception>
    void Write(RemediationRun run, string path, string format);
}
