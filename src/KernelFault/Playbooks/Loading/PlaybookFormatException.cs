namespace KernelFault.Playbooks.Loading;

/// <summary>The file of a playbook cannot be used; every problem of it is told at once.</summary>
public sealed class PlaybookFormatException : PlaybookException
{
    private const int Shown = 20;

    /// <summary>An error.</summary>
    /// <param name="problems">What is wrong, at least one error.</param>
    /// <param name="inner">The cause; null when there is none.</param>
    public PlaybookFormatException(IReadOnlyList<PlaybookProblem> problems, Exception? inner = null)
        : base(Describe(problems ?? throw new ArgumentNullException(nameof(problems))), inner) => Problems = problems;

    /// <summary>Errors and warnings in the order of the file.</summary>
    public IReadOnlyList<PlaybookProblem> Problems { get; }

    // Errors alone, and not a screen full of them: the list has all.
    private static string Describe(IReadOnlyList<PlaybookProblem> problems)
    {
        PlaybookProblem[] errors = [.. problems.Where(problem => problem.Severity == PlaybookProblemSeverity.Error)];
        string text = string.Join(Environment.NewLine, errors.Take(Shown));
        return errors.Length > Shown ? text + Environment.NewLine + $"and {errors.Length - Shown} more" : text;
    }
}
