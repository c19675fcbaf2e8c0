namespace KernelFault.Hosts;

/// <summary>
/// A machine one acts on. Local, over SSH, in a PowerShell session, an offline folder and a recording are the same to everything
/// above. Members may be called on any thread, one at a time. Each throws <see cref="HostException"/> when the host cannot do
/// what it is asked, and <see cref="OperationCanceledException"/> at once when cancelled; what was started is ended then.
/// </summary>
public interface IHost : IDisposable
{
    /// <summary>The host as its user named it: <c>localhost</c>, <c>srv1</c>, <c>ssh://root@db2:2222</c>, <c>D:\Windows</c>.</summary>
    string Name { get; }

    /// <summary>How it is reached.</summary>
    HostKind Kind { get; }

    /// <summary>What the machine is; asked once and kept until a restart.</summary>
    /// <param name="cancellation">Ends the work at once.</param>
    /// <returns>The facts.</returns>
    HostFacts GetFacts(CancellationToken cancellation);

    /// <summary>Runs a program and waits for its end.</summary>
    /// <param name="call">The program.</param>
    /// <param name="cancellation">Ends the program and all it started.</param>
    /// <returns>How it ended.</returns>
    ProgramResult Run(ProgramCall call, CancellationToken cancellation);

    /// <summary>Runs a PowerShell script in one round trip.</summary>
    /// <param name="call">The script.</param>
    /// <param name="cancellation">Ends the script.</param>
    /// <returns>What it wrote.</returns>
    ScriptResult RunScript(ScriptCall call, CancellationToken cancellation);

    /// <summary>Looks for a file or folder.</summary>
    /// <param name="path">Whole path, as that machine writes it.</param>
    /// <param name="cancellation">Ends the work at once.</param>
    /// <returns>What is there; null for nothing.</returns>
    HostFile? FindFile(string path, CancellationToken cancellation);

    /// <summary>Lists a folder, without what lies in folders below it.</summary>
    /// <param name="path">Whole path of the folder.</param>
    /// <param name="cancellation">Ends the work at once.</param>
    /// <returns>What it holds, by name.</returns>
    IReadOnlyList<HostFile> ListFiles(string path, CancellationToken cancellation);

    /// <summary>Reads a whole file. Files of <c>/proc</c> and <c>/sys</c>, whose length is 0, are read to their end.</summary>
    /// <param name="path">Whole path.</param>
    /// <param name="maximumLength">The most bytes taken; a longer file is <see cref="HostErrorKind.TooLarge"/>.</param>
    /// <param name="cancellation">Ends the work at once.</param>
    /// <returns>The bytes.</returns>
    byte[] ReadFile(string path, long maximumLength, CancellationToken cancellation);

    /// <summary>Writes a whole file so that the old or the new content is there at any moment, never a part.</summary>
    /// <param name="path">Whole path; its folder exists.</param>
    /// <param name="content">The bytes.</param>
    /// <param name="cancellation">Ends the work at once; the old file is kept then.</param>
    void WriteFile(string path, byte[] content, CancellationToken cancellation);

    /// <summary>Copies a file of the host to this machine, however long it is.</summary>
    /// <param name="path">Whole path on the host.</param>
    /// <param name="offset">How many bytes at its start are left out, because an earlier copy has them. The file may be shorter: nothing comes then.</param>
    /// <param name="destination">Written to; not closed.</param>
    /// <param name="cancellation">Ends the work at once.</param>
    void CopyFrom(string path, long offset, Stream destination, CancellationToken cancellation);

    /// <summary>SHA-256 of a file, computed there.</summary>
    /// <param name="path">Whole path.</param>
    /// <param name="cancellation">Ends the work at once.</param>
    /// <returns>64 lower-case hexadecimal digits.</returns>
    string HashFile(string path, CancellationToken cancellation);

    /// <summary>Restarts the machine and waits until it answers again with a later boot time.</summary>
    /// <param name="timeout">How long it may be away.</param>
    /// <param name="cancellation">Ends the waiting; a restart under way goes on.</param>
    /// <returns>The facts after the restart.</returns>
    HostFacts Restart(TimeSpan timeout, CancellationToken cancellation);
}
