using System.Management.Automation;
using KernelFault.Analysis;

namespace KernelFault.Cmdlets;

/// <summary>Tells what happened in a crash file, in which driver, how sure that is, and what to do next.</summary>
[Cmdlet(VerbsCommon.Get, "KernelFaultAnalysis", DefaultParameterSetName = "Path")]
[OutputType(typeof(KernelFaultAnalysis), typeof(CrashSummary))]
public sealed class GetKernelFaultAnalysisCommand : FileCmdlet<KernelFaultAnalysis>
{
    private readonly List<KernelFaultAnalysis> _all = [];
    private KernelFaultAnalyzer? _analyzer;

    /// <summary>Folders or symbol-store trees with images of drivers.</summary>
    [Parameter]
    [ValidateNotNullOrEmpty]
    public string[] ImagePath { get; set; } = [];

    /// <summary>Files or folders with symbols.</summary>
    [Parameter]
    [ValidateNotNullOrEmpty]
    public string[] SymbolPath { get; set; } = [];

    /// <summary>Looks at all the files together and writes one summary instead of an answer for each.</summary>
    [Parameter]
    public SwitchParameter Summarize { get; set; }

    /// <inheritdoc/>
    protected override void BeginProcessing()
    {
        _analyzer = new KernelFaultAnalyzer(new AnalysisOptions
        {
            ImagePath = ImagePath.Select(GetUnresolvedProviderPathFromPSPath).ToArray(),
            SymbolPath = SymbolPath.Select(GetUnresolvedProviderPathFromPSPath).ToArray(),
        });
        base.BeginProcessing();
    }

    /// <inheritdoc/>
    protected override KernelFaultAnalysis Work(string path, CancellationToken cancellation) => _analyzer!.Analyze(path, cancellation);

    /// <inheritdoc/>
    protected override void Write(KernelFaultAnalysis result)
    {
        if (Summarize)
        {
            _all.Add(result);
        }
        else
        {
            WriteObject(result);
        }
    }

    /// <inheritdoc/>
    protected override void EndProcessing()
    {
        base.EndProcessing();

        // Only here, where no worker is left: the images are mapped memory, and a stopped pipeline leaves workers behind.
        _analyzer?.Dispose();
        if (_all.Count > 0)
        {
            WriteObject(CrashSummarizer.Summarize(_all));
        }
    }
}
