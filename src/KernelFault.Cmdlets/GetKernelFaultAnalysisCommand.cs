using System.Management.Automation;
using KernelFault.Analysis;
using KernelFault.Dumps.Logs;

namespace KernelFault.Cmdlets;

/// <summary>Tells what happened in a crash file, in which driver, how sure that is, and what to do next.</summary>
[Cmdlet(VerbsCommon.Get, "KernelFaultAnalysis", DefaultParameterSetName = "Path")]
[OutputType(typeof(KernelFaultAnalysis), typeof(CrashSummary))]
public sealed class GetKernelFaultAnalysisCommand : FileCmdlet<KernelFaultAnalysis>
{
    private readonly List<KernelFaultAnalysis> _all = [];
    private readonly PipelineStrings _strings;
    private KernelFaultAnalyzer? _analyzer;
    private KernelLogReader? _log;
    private string? _source;

    /// <summary>A command that has read nothing yet.</summary>
    public GetKernelFaultAnalysisCommand() => _strings = new PipelineStrings(NamesAFile);

    /// <summary>Files; wildcards are expanded.</summary>
    [Parameter(Mandatory = true, Position = 0, ParameterSetName = "Path", ValueFromPipelineByPropertyName = true)]
    [ValidateNotNullOrEmpty]
    [SupportsWildcards]
    public override string[] Path
    {
        get => base.Path;
        set => base.Path = value;
    }

    /// <summary>Lines of a kernel log, or paths of files.</summary>
    [Parameter(Mandatory = true, ParameterSetName = "InputObject", ValueFromPipeline = true)]
    [AllowEmptyString]
    [AllowNull]
    [PipelineStringTransformation]
    public PipelineString? InputObject { get; set; }

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
    protected override void ProcessRecord()
    {
        if (ParameterSetName != "InputObject")
        {
            base.ProcessRecord();
        }
        else if (InputObject is not null)
        {
            _strings.Add(InputObject);
            TakeStrings();
        }
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
        _strings.Complete();
        TakeStrings();
        EndLog();
        base.EndProcessing();

        // Only here, where no worker is left: the images are mapped memory, and a stopped pipeline leaves workers behind.
        _analyzer?.Dispose();
        if (_all.Count > 0)
        {
            WriteObject(CrashSummarizer.Summarize(_all));
        }
    }

    private void TakeStrings()
    {
        while (_strings.Take() is PipelineString item)
        {
            if (_strings.Meaning == PipelineMeaning.Paths)
            {
                Add(item.Text, literal: false);
            }
            else
            {
                AppendLine(item);
            }
        }
    }

    // The lines of each file that Get-Content reads are a log of their own; all that has no file is one log.
    private void AppendLine(PipelineString line)
    {
        if (_log is null || line.Source != _source)
        {
            EndLog();
            _source = line.Source;
            _log = new KernelLogReader(_source is null ? "-" : GetUnresolvedProviderPathFromPSPath(_source));
        }

        _log.AppendLine(line.Text);
    }

    private void EndLog()
    {
        if (_log is null)
        {
            return;
        }

        ReportAll();
        using KernelLog log = _log.Complete();
        _log = null;
        try
        {
            Write(_analyzer!.Analyze(log, Cancellation));
        }
        catch (OperationCanceledException)
        {
            throw new PipelineStoppedException();
        }
    }
}
