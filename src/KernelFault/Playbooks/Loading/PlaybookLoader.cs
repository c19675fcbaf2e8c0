using KernelFault.Formats;
using KernelFault.Playbooks.Actions;
using KernelFault.Playbooks.Signing;

namespace KernelFault.Playbooks.Loading;

/// <summary>Reads playbooks: YAML 1.2 without tags, bounded in every way, each error with its place. See docs/playbooks.md.</summary>
public sealed class PlaybookLoader
{
    private readonly PlaybookActions _actions;

    /// <summary>A loader.</summary>
    /// <param name="actions">The actions that playbooks can name.</param>
    public PlaybookLoader(PlaybookActions actions) => _actions = actions ?? throw new ArgumentNullException(nameof(actions));

    /// <summary>Reads a file.</summary>
    /// <param name="path">The file.</param>
    /// <returns>The playbook.</returns>
    /// <exception cref="PlaybookFormatException">It is no playbook; everything that is wrong with it is told.</exception>
    /// <exception cref="IOException">It cannot be read.</exception>
    /// <exception cref="UnauthorizedAccessException">It may not be read.</exception>
    public Playbook Load(string path)
    {
        string whole = Path.GetFullPath(path ?? throw new ArgumentNullException(nameof(path)));
        return Read(PlaybookFile.Read(whole, new PlaybookProblems(whole)), whole, isBuiltIn: false);
    }

    /// <summary>Reads the bytes of a file.</summary>
    /// <param name="content">The bytes, UTF-8.</param>
    /// <param name="path">What the file is called.</param>
    /// <param name="isBuiltIn">Whether it comes with this library.</param>
    /// <returns>The playbook.</returns>
    /// <exception cref="PlaybookFormatException">It is no playbook; everything that is wrong with it is told.</exception>
    public Playbook Read(byte[] content, string path, bool isBuiltIn)
    {
        var problems = new PlaybookProblems(path ?? throw new ArgumentNullException(nameof(path)));
        Playbook playbook = Read(content, path, isBuiltIn, problems);
        return problems.HasErrors ? throw new PlaybookFormatException(problems.All()) : playbook;
    }

    /// <summary>Looks at a file, and tells what is wrong with it and what a person should look at.</summary>
    /// <param name="path">The file.</param>
    /// <returns>What was found.</returns>
    /// <exception cref="IOException">It cannot be read.</exception>
    /// <exception cref="UnauthorizedAccessException">It may not be read.</exception>
    public PlaybookCheck Check(string path)
    {
        string whole = Path.GetFullPath(path ?? throw new ArgumentNullException(nameof(path)));
        var problems = new PlaybookProblems(whole);
        try
        {
            return Check(PlaybookFile.Read(whole, problems), whole);
        }
        catch (PlaybookFormatException)
        {
            return Found(whole, null, problems);
        }
    }

    /// <summary>Looks at the bytes of a file.</summary>
    /// <param name="content">The bytes, UTF-8.</param>
    /// <param name="path">What the file is called.</param>
    /// <returns>What was found.</returns>
    public PlaybookCheck Check(byte[] content, string path)
    {
        var problems = new PlaybookProblems(path ?? throw new ArgumentNullException(nameof(path)));
        string? name = null;
        try
        {
            name = Read(content, path, isBuiltIn: false, problems).Name;
        }
        catch (PlaybookFormatException)
        {
            // The problems have it.
        }

        return Found(path, name, problems);
    }

    private static PlaybookCheck Found(string path, string? name, PlaybookProblems problems)
    {
        IReadOnlyList<PlaybookProblem> all = problems.All();
        int errors = all.Count(problem => problem.Severity == PlaybookProblemSeverity.Error);
        return new PlaybookCheck
        {
            Path = path,
            Name = string.IsNullOrEmpty(name) ? null : PrintableText.Clean(name),
            IsValid = errors == 0,
            ErrorCount = errors,
            WarningCount = all.Count - errors,
            Problems = all,
        };
    }

    private Playbook Read(byte[] content, string path, bool isBuiltIn, PlaybookProblems problems)
    {
        string text = PlaybookFile.Decode(content ?? throw new ArgumentNullException(nameof(content)), problems);
        YamlNode root = new YamlReader(problems).Read(text);
        return new PlaybookReader(problems, _actions).Read(root, path, isBuiltIn, HashText.Of(content).ToLowerInvariant());
    }
}
