using KernelFault.Analysis;
using KernelFault.Playbooks.Actions;
using KernelFault.Playbooks.Catalog;
using KernelFault.Playbooks.Loading;
using KernelFault.Playbooks.Signing;

namespace KernelFault.Playbooks.Running;

/// <summary>Playbooks by name or path: those that come with this library, and files. What is read once is what is run: the bytes come with it.</summary>
/// <param name="actions">The actions that playbooks can name.</param>
/// <param name="required">Whose signature a file needs, one that another playbook includes too; null for none.</param>
public sealed class PlaybookFiles(PlaybookActions actions, PlaybookTrust? required = null) : IPlaybookSource
{
    private const string Ending = ".yaml";

    private readonly PlaybookLoader _loader = new(actions);
    private readonly PlaybookTrust _trust = required ?? new PlaybookTrust([]);

    /// <summary>Reads a playbook that comes with this library.</summary>
    /// <param name="name">Its name.</param>
    /// <returns>The playbook; null when there is none of that name.</returns>
    public PlaybookDocument? FindBuiltIn(string name)
    {
        byte[]? bytes = PlaybookCatalog.Content(name);
        return bytes is null ? null : new PlaybookDocument(_loader.Read(bytes, name + Ending, isBuiltIn: true), bytes, Signer: null);
    }

    /// <summary>The playbook that fits a crash best, of those that come with this library.</summary>
    /// <param name="analysis">The crash.</param>
    /// <returns>The playbook; null when none fits.</returns>
    public PlaybookDocument? FindFor(KernelFaultAnalysis analysis)
    {
        IReadOnlyList<PlaybookSummary> fitting = new PlaybookCatalog(_loader).Match(new PlaybookQuestion { Analysis = analysis ?? throw new ArgumentNullException(nameof(analysis)) });
        return fitting.Count > 0 ? FindBuiltIn(fitting[0].Name) : null;
    }

    /// <summary>Reads a file.</summary>
    /// <param name="path">The file.</param>
    /// <returns>The playbook.</returns>
    /// <exception cref="PlaybookException">It is no playbook, cannot be read, or lacks the signature it needs.</exception>
    public PlaybookDocument Read(string path)
    {
        string whole = Path.GetFullPath(path ?? throw new ArgumentNullException(nameof(path)));
        byte[] bytes = Bytes(whole);
        PlaybookSignature signature = _trust.Verify(bytes, SignatureFile.Read(whole));
        bool counts = signature.Status == SignatureStatus.Valid;
        return counts || required is null
            ? new PlaybookDocument(_loader.Read(bytes, whole, isBuiltIn: false), bytes, counts ? signature.Subject : null)
            : throw new PlaybookException($"'{whole}' is not run: {signature.Reason}");
    }

    /// <summary>Reads the playbook of a run: the copy in its folder, as the file it is a copy of.</summary>
    /// <param name="store">Where runs are kept.</param>
    /// <param name="id">The run's id.</param>
    /// <returns>The playbook.</returns>
    /// <exception cref="PlaybookException">There is no such run, or its playbook cannot be read.</exception>
    public Playbook OfRun(RunStore store, string id)
    {
        (string copy, string original) = (store ?? throw new ArgumentNullException(nameof(store))).Playbook(id);

        // What comes with this library has a file's name alone.
        return _loader.Read(Bytes(copy), original, isBuiltIn: !Path.IsPathRooted(original));
    }

    /// <inheritdoc/>
    public Playbook? Find(string name, Playbook includedBy)
    {
        if (FindBuiltIn(name) is { } builtIn)
        {
            return builtIn.Playbook;
        }

        if ((includedBy ?? throw new ArgumentNullException(nameof(includedBy))).IsBuiltIn)
        {
            return null;
        }

        string path = PlaybookFile.Resolve(Path.GetDirectoryName(includedBy.Path)!, name);
        return File.Exists(path) ? Read(path).Playbook : null;
    }

    private static byte[] Bytes(string path)
    {
        try
        {
            return PlaybookFile.Read(path, new PlaybookProblems(path));
        }
        catch (UnauthorizedAccessException e) when (Directory.Exists(path))
        {
            throw new PlaybookException($"'{path}' is a folder; name the playbook in it.", e);
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            throw new PlaybookException($"The playbook '{path}' cannot be read: {e.Message}", e);
        }
    }
}
