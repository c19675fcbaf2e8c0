using KernelFault.Analysis;
using KernelFault.Formats;
using KernelFault.Hosts;

namespace KernelFault.Playbooks.Actions;

/// <summary><c>analyse-dump</c>: says what a crash file tells.</summary>
internal sealed class AnalyseDumpAction : PlaybookAction
{
    private const int MaximumFiles = 64;

    // A crash leaves a small dump and a large one, or a vmcore and its log: their times are minutes apart at most.
    private static readonly TimeSpan s_sameCrash = TimeSpan.FromMinutes(5);

    /// <inheritdoc/>
    public override PlaybookActionInfo Info { get; } = new()
    {
        Name = "analyse-dump",
        Title = "Analyse a crash",
        Description = "Says what faulted, which driver is to blame and how sure that is, from files of crashes on this machine, such as those of collect-dumps. Of several crashes the newest counts; of several files of one crash the one that tells most. Without files it is the crash the playbook was run for.",
        Platform = PlaybookPlatform.Any,
        WorksOffline = true,
        Inputs =
        [
            new("path", PlaybookValueType.Text, "A crash file on this machine."),
            new("files", PlaybookValueType.TextList, "Crash files on this machine, the newest first, as collect-dumps gives them in 'paths'."),
        ],
        Outputs = AnalysisOutputs.All,
        Changes = false,
        Repeat = ActionRepeat.Safe,
        Idempotence = "It reads files; the same files give the same answer.",
        DryRun = "Reads the files and answers as it would in a run: nothing is asked of the machine.",
    };

    /// <inheritdoc/>
    protected override HostPlan<ActionResult> Prepare(ActionContext context, HostFacts facts, CancellationToken cancellation) => Look(token => Analyse(context, token));

    private static ActionResult Analyse(ActionContext context, CancellationToken cancellation)
    {
        string[] files = [.. (context.Text("path") is { } path ? [path] : context.Texts("files")).Distinct(StringComparer.Ordinal)];
        var warnings = new List<string>();
        KernelFaultAnalysis? analysis = context.Analysis;
        if (files.Length > 0)
        {
            if (files.Length > MaximumFiles)
            {
                warnings.Add(FormattableString.Invariant($"Of {files.Length} files the first {MaximumFiles} are read."));
            }

            analysis = Newest(Read(files.Take(MaximumFiles), warnings, cancellation));
        }

        return new ActionResult
        {
            Outputs = AnalysisOutputs.Of(analysis),
            Summary = analysis is null ? "No crash was found." : PrintableText.Clean(analysis.Title),
            Warnings = warnings,
        };
    }

    private static List<KernelFaultAnalysis> Read(IEnumerable<string> files, List<string> warnings, CancellationToken cancellation)
    {
        var read = new List<KernelFaultAnalysis>();
        using var analyzer = new KernelFaultAnalyzer();
        foreach (string file in files)
        {
            try
            {
                KernelFaultAnalysis analysis = analyzer.Analyze(file, cancellation);

                // The journal of a boot that ended well is a log without a crash.
                if (analysis.Linux?.IsCrash != false)
                {
                    read.Add(analysis);
                }
            }
            catch (Exception e) when (e is DumpFormatException or IOException or UnauthorizedAccessException)
            {
                warnings.Add(PrintableText.Clean(e.Message));
            }
        }

        return read;
    }

    // Files that do not tell their time come last, in the order in which they were given.
    private static KernelFaultAnalysis? Newest(List<KernelFaultAnalysis> read)
    {
        DateTime? newest = read.Max(analysis => analysis.System.CrashTime);
        return newest is null
            ? read.FirstOrDefault()
            : read.Where(analysis => newest - analysis.System.CrashTime <= s_sameCrash).OrderByDescending(analysis => analysis.Culprit?.Confidence ?? 0).First();
    }
}
