// Strings on the pipeline are paths ('a.dmp' | ...) or the lines of a log (dmesg | ...). The first string that can be only one
// of the two decides for all: what names a file that is there makes them paths; what no path looks like makes them text.
// Until then strings wait. When nothing decides, they are paths of files that are not there, and each gets its error.
namespace KernelFault.Cmdlets;

/// <summary>Decides what the strings of a pipeline are, and holds them back until that is known.</summary>
internal sealed class PipelineStrings
{
    // Together a few megabytes at most.
    private const int MaximumWaiting = 1024;
    private const int MaximumPath = 1024;

    private readonly Func<string, bool> _namesAFile;
    private readonly Queue<PipelineString> _waiting = new();

    /// <summary>Strings that are still to come.</summary>
    /// <param name="namesAFile">True for a path or a pattern by which a file is found.</param>
    internal PipelineStrings(Func<string, bool> namesAFile) => _namesAFile = namesAFile;

    /// <summary>What they are.</summary>
    internal PipelineMeaning Meaning { get; private set; }

    /// <summary>Takes the next string.</summary>
    internal void Add(PipelineString item)
    {
        _waiting.Enqueue(item);
        if (Meaning == PipelineMeaning.Undecided)
        {
            Meaning = _waiting.Count > MaximumWaiting ? PipelineMeaning.Text : Judge(item.Text);
        }
    }

    /// <summary>No more strings follow.</summary>
    internal void Complete()
    {
        if (Meaning == PipelineMeaning.Undecided)
        {
            Meaning = PipelineMeaning.Paths;
        }
    }

    /// <summary>Gives the next string back.</summary>
    /// <returns>The string; null when there is none, or as long as it is not known what it is.</returns>
    internal PipelineString? Take()
    {
        PipelineString? next = null;
        while (Meaning != PipelineMeaning.Undecided && next is null && _waiting.Count > 0)
        {
            // Between paths an empty string names nothing.
            next = _waiting.Dequeue();
            next = Meaning == PipelineMeaning.Paths && string.IsNullOrWhiteSpace(next.Text) ? null : next;
        }

        return next;
    }

    private PipelineMeaning Judge(string text) =>
        string.IsNullOrWhiteSpace(text) ? PipelineMeaning.Undecided
        : text.Length > MaximumPath || text.Any(char.IsControl) ? PipelineMeaning.Text
        : _namesAFile(text) ? PipelineMeaning.Paths
        : LooksLikeAPath(text) ? PipelineMeaning.Undecided
        : PipelineMeaning.Text;

    // Messages have blanks in them, an entry of the journal in JSON begins with a brace.
    private static bool LooksLikeAPath(string text) =>
        text[0] is '/' or '\\' or '.' or '~'
        || (text.Length > 2 && text[1] == ':' && text[2] is '/' or '\\')
        || (text[0] != '{' && !text.Any(char.IsWhiteSpace));
}
