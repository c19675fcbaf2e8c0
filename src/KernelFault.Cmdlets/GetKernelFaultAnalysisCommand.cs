using System.Management.Automation;
using KernelFault.Analysis;

namespace KernelFault.Cmdlets;

/// <summary>Tells what happened in a crash file, in which driver, how sure that is, and what to do next.</summary>
[Cmdlet(VerbsCommon.Get, "KernelFaultAnalysis", DefaultParameterSetName = "Path")]
[OutputType(typeof(KernelFaultAnalysis))]
public sealed class GetKernelFaultAnalysisCommand : FileCmdlet<KernelFaultAnalysis>
{
    private KernelFaultAnalyzer? _analyzer;

    /// <summary>Folders or symbol-store trees with images of drivers.</summary>
    [Parameter]
    [ValidateNotNullOrEmpty]
    public string[] ImagePath { get; set; } = [];

    /// <summary>Files or folders with symbols.</summary>
    [Parameter]
    [ValidateNotNullOrEmpty]
    public string[] SymbolPath { get; set; } = [];

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
}
