using KernelFault.Playbooks.Signing;

namespace KernelFault.Playbooks.Running;

/// <summary>The runs of a user, each in a folder of its id: those that ended, those under way in any process, and those broken off.</summary>
public sealed class RunStore
{
    /// <summary>A store.</summary>
    /// <param name="path">Its folder; null for the one in the user's data.</param>
    public RunStore(string? path = null) => Path = path
        ?? System.IO.Path.Combine(Environment.GetFolderPath(Environment.SpecialFolder.LocalApplicationData, Environment.SpecialFolderOption.DoNotVerify), "KernelFault", "runs");

    /// <summary>Its folder.</summary>
    public string Path { get; }

    /// <summary>Lists the runs, the latest first.</summary>
    /// <returns>Runs; a folder that holds none is left out.</returns>
    public IEnumerable<RemediationRun> List()
    {
        if (!Directory.Exists(Path))
        {
            yield break;
        }

        foreach (string folder in Directory.GetDirectories(Path).Where(folder => RunFolder.IsId(System.IO.Path.GetFileName(folder))).OrderByDescending(folder => folder, StringComparer.Ordinal))
        {
            RemediationRun run;
            try
            {
                run = RunRecord.Read(folder).ToRun();
            }
            catch (PlaybookException)
            {
                // Begun and killed before a word was written: no run.
                continue;
            }

            yield return run;
        }
    }

    /// <summary>Reads a run.</summary>
    /// <param name="id">Its id.</param>
    /// <returns>The run.</returns>
    /// <exception cref="PlaybookException">There is none, or it cannot be read.</exception>
    public RemediationRun Read(string id) => RunRecord.Read(Folder(id)).ToRun();

    /// <summary>The folder of a run.</summary>
    /// <param name="id">Its id.</param>
    /// <returns>The folder's path.</returns>
    /// <exception cref="PlaybookException">There is no such run.</exception>
    public string Folder(string id)
    {
        if (!RunFolder.IsId(id ?? throw new ArgumentNullException(nameof(id))))
        {
            throw new PlaybookException($"'{id}' is not the id of a run, such as 20261121-081500-k3f9qz.");
        }

        string folder = System.IO.Path.Combine(Path, id);
        return Directory.Exists(folder) ? folder : throw new PlaybookException($"There is no run '{id}' in '{Path}'.");
    }

    /// <summary>The playbook that a run was begun with: the copy in its folder, and where it came from.</summary>
    /// <param name="id">The run's id.</param>
    /// <returns>Path of the copy, and of the file it is a copy of: what lies beside that one belongs to it.</returns>
    /// <exception cref="PlaybookException">There is no such run.</exception>
    public (string Copy, string Original) Playbook(string id)
    {
        RunRecord record = RunRecord.Read(Folder(id));
        return (record.Folder.PlaybookFile, record.Started.Path);
    }

    /// <summary>Whose signatures a run was begun with: what it includes needs one when it goes on too.</summary>
    /// <param name="id">The run's id.</param>
    /// <returns>Who is trusted; null when no signature is needed.</returns>
    /// <exception cref="PlaybookException">There is no such run.</exception>
    public PlaybookTrust? Trust(string id) =>
        RunRecord.Read(Folder(id)).Started.TrustedSigners is { } signers ? new PlaybookTrust([.. signers.Select(TrustedSigner.Parse)]) : null;

    /// <summary>Whether a process works on a run now.</summary>
    /// <param name="id">The run's id.</param>
    /// <returns>Whether one does.</returns>
    /// <exception cref="PlaybookException">There is no such run.</exception>
    public bool IsActive(string id) => RunFolder.At(Folder(id)).IsActive();

    /// <summary>Asks the process that works on a run to stop: at once, with what it started.</summary>
    /// <param name="id">The run's id.</param>
    /// <returns>Whether a process works on it.</returns>
    /// <exception cref="PlaybookException">There is no such run, or it cannot be told.</exception>
    public bool Stop(string id)
    {
        RunFolder folder = RunFolder.At(Folder(id));
        if (!folder.IsActive())
        {
            return false;
        }

        try
        {
            File.WriteAllText(folder.StopFile, DateTime.UtcNow.ToString("o", System.Globalization.CultureInfo.InvariantCulture));
            return true;
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            throw new PlaybookException($"The run '{id}' cannot be told to stop: {e.Message}", e);
        }
    }
}
