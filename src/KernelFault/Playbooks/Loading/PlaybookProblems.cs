using KernelFault.Formats;

namespace KernelFault.Playbooks.Loading;

/// <summary>Collects what is wrong with one file, each thing once and not without end.</summary>
/// <param name="path">The file.</param>
internal sealed class PlaybookProblems(string path)
{
    /// <summary>So many are told of one file; a person stops reading sooner.</summary>
    internal const int Maximum = 500;

    private const int MaximumText = 400;

    private readonly List<PlaybookProblem> _all = [];
    private readonly HashSet<PlaybookProblem> _seen = [];

    /// <summary>Whether there is an error.</summary>
    internal bool HasErrors { get; private set; }

    /// <summary>All, in the order of the file.</summary>
    /// <returns>The problems. A scalar that other readers of YAML take for something else is not worth a warning where it is an error.</returns>
    internal IReadOnlyList<PlaybookProblem> All()
    {
        var errors = new HashSet<(int Line, int Column)>(_all.Where(problem => problem.Severity == PlaybookProblemSeverity.Error).Select(problem => (problem.Line, problem.Column)));
        return [.. _all
            .Where(problem => problem.Id != ProblemId.AmbiguousScalar || !errors.Contains((problem.Line, problem.Column)))
            .OrderBy(problem => problem.Line).ThenBy(problem => problem.Column).ThenBy(problem => problem.Severity)];
    }

    /// <summary>Adds an error at a node.</summary>
    internal void Error(YamlNode at, string id, string text, string? expected = null) => Add(at.Line, at.Column, PlaybookProblemSeverity.Error, id, text, expected);

    /// <summary>Adds an error at a place.</summary>
    internal void Error(int line, int column, string id, string text, string? expected = null) => Add(line, column, PlaybookProblemSeverity.Error, id, text, expected);

    /// <summary>Adds a warning at a node.</summary>
    internal void Warn(YamlNode at, string id, string text, string? expected = null) => Add(at.Line, at.Column, PlaybookProblemSeverity.Warning, id, text, expected);

    /// <summary>Adds a warning at a place.</summary>
    internal void Warn(int line, int column, string id, string text, string? expected = null) => Add(line, column, PlaybookProblemSeverity.Warning, id, text, expected);

    /// <summary>What a person may have meant by a name that is not known; null when there is nothing to say, or nobody who would read it.</summary>
    internal string? Hint(string name, IEnumerable<string> known) => _all.Count > Maximum ? null : NearestName.Hint(name, known);

    /// <summary>The exception behind which nothing more of the file is read.</summary>
    /// <param name="line">Line, from 1.</param>
    /// <param name="column">Column, from 1.</param>
    /// <param name="id">What kind of problem.</param>
    /// <param name="text">What is wrong.</param>
    /// <param name="expected">What is expected.</param>
    /// <returns>The exception; the problem is among the others already.</returns>
    internal PlaybookFormatException Stop(int line, int column, string id, string text, string? expected = null)
    {
        Error(line, column, id, text, expected);
        return new PlaybookFormatException(All());
    }

    private void Add(int line, int column, PlaybookProblemSeverity severity, string id, string text, string? expected)
    {
        HasErrors |= severity == PlaybookProblemSeverity.Error;
        if (_all.Count > Maximum)
        {
            return;
        }

        bool last = _all.Count == Maximum;
        var problem = new PlaybookProblem
        {
            Path = PrintableText.Clean(path),
            Line = line,
            Column = column,
            Severity = last ? PlaybookProblemSeverity.Error : severity,
            Id = last ? ProblemId.TooManyProblems : id,
            Text = last ? $"There are more problems than the {Maximum} before this one." : PrintableText.Clean(text, MaximumText),
            Expected = last || expected is null ? null : PrintableText.Clean(expected, MaximumText),
        };
        HasErrors |= last;
        if (_seen.Add(problem))
        {
            _all.Add(problem);
        }
    }
}
