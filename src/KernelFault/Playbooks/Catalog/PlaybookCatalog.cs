using KernelFault.Playbooks.Loading;

namespace KernelFault.Playbooks.Catalog;

/// <summary>The playbooks that come with this library, and which of these and others fit a crash.</summary>
public sealed class PlaybookCatalog
{
    private const string Prefix = "Playbook.";
    private const string Suffix = ".yaml";

    private readonly Lazy<IReadOnlyList<Playbook>> _builtIn;

    /// <summary>A catalogue.</summary>
    /// <param name="loader">Reads playbooks.</param>
    public PlaybookCatalog(PlaybookLoader loader)
    {
        _ = loader ?? throw new ArgumentNullException(nameof(loader));
        _builtIn = new Lazy<IReadOnlyList<Playbook>>(() => [.. Names.Select(name => loader.Read(Content(name)!, name + Suffix, isBuiltIn: true))]);
    }

    /// <summary>Names of the playbooks that come with this library, in alphabetical order.</summary>
    public static IReadOnlyList<string> Names { get; } =
    [
        .. typeof(PlaybookCatalog).Assembly.GetManifestResourceNames()
            .Where(name => name.StartsWith(Prefix, StringComparison.Ordinal) && name.EndsWith(Suffix, StringComparison.Ordinal))
            .Select(name => name.Substring(Prefix.Length, name.Length - Prefix.Length - Suffix.Length))
            .OrderBy(name => name, StringComparer.Ordinal),
    ];

    /// <summary>The playbooks that come with this library, by name.</summary>
    public IReadOnlyList<Playbook> BuiltIn => _builtIn.Value;

    /// <summary>The bytes of a playbook that comes with this library: what is signed, hashed and kept with a run.</summary>
    /// <param name="name">Its name.</param>
    /// <returns>The bytes; null when there is none of that name.</returns>
    public static byte[]? Content(string name)
    {
        string? known = Names.FirstOrDefault(candidate => string.Equals(candidate, name ?? throw new ArgumentNullException(nameof(name)), StringComparison.OrdinalIgnoreCase));
        if (known is null)
        {
            return null;
        }

        using Stream stream = typeof(PlaybookCatalog).Assembly.GetManifestResourceStream(Prefix + known + Suffix)!;
        using var bytes = new MemoryStream();
        stream.CopyTo(bytes);
        return bytes.ToArray();
    }

    /// <summary>Looks for a playbook that comes with this library.</summary>
    /// <param name="name">Its name.</param>
    /// <returns>The playbook; null when there is none of that name.</returns>
    public Playbook? Find(string name) =>
        BuiltIn.FirstOrDefault(playbook => string.Equals(playbook.Name, name ?? throw new ArgumentNullException(nameof(name)), StringComparison.OrdinalIgnoreCase));

    /// <summary>The playbooks that come with this library and fit, the best first.</summary>
    /// <param name="question">What is looked for.</param>
    /// <returns>What they are, with scores and reasons.</returns>
    public IReadOnlyList<PlaybookSummary> Match(PlaybookQuestion question) => Match(question, BuiltIn);

    /// <summary>The playbooks among some that fit, the best first.</summary>
    /// <param name="question">What is looked for.</param>
    /// <param name="playbooks">The playbooks.</param>
    /// <returns>What they are, with scores and reasons.</returns>
    public static IReadOnlyList<PlaybookSummary> Match(PlaybookQuestion question, IEnumerable<Playbook> playbooks)
    {
        var matcher = new PlaybookMatcher(question ?? throw new ArgumentNullException(nameof(question)));
        var found = new List<PlaybookSummary>();
        foreach (Playbook playbook in playbooks ?? throw new ArgumentNullException(nameof(playbooks)))
        {
            if (matcher.Match(playbook) is { } match)
            {
                found.Add(Summarize(playbook, match.Score, match.Reason));
            }
        }

        return [.. found.OrderByDescending(summary => summary.Score).ThenBy(summary => summary.Name, StringComparer.Ordinal)];
    }

    private static PlaybookSummary Summarize(Playbook playbook, long? score, string? reason) => new()
    {
        Score = score,
        Name = playbook.Name,
        Title = playbook.Title,
        Reason = reason,
        Description = playbook.Description,
        Platform = playbook.Requires.Platform,
        Elevated = playbook.Requires.Elevated,
        Offline = playbook.Requires.Offline,
        Changes = playbook.Steps.Any(step => step.Changes),
        Restarts = playbook.Steps.Any(step => step.Restart != StepRestart.None || step.Call.Action == "restart"),
        Parameters = playbook.Parameters,
        Steps = [.. playbook.Steps.Select(step => step.Title)],
        Match = playbook.Match,
        IsBuiltIn = playbook.IsBuiltIn,
        Path = playbook.Path,
        Hash = playbook.Hash,
    };
}
