using System.Management.Automation;
using KernelFault.Analysis;
using KernelFault.Formats;

namespace KernelFault.Cmdlets;

/// <summary>
/// A cmdlet that does the same work on many files: it binds their names, lets the engine work on several at a time, and
/// writes what comes back in the order in which the files came in.
/// </summary>
/// <typeparam name="TResult">What the work on one file gives.</typeparam>
public abstract class FileCmdlet<TResult> : EngineCmdlet
{
    private readonly ProgressRecord _progress = new(1, "Reading crash files", " ");
    private FileBatch<TResult>? _batch;
    private int _lastProgress;

    /// <summary>Files; wildcards are expanded.</summary>
    [Parameter(Mandatory = true, Position = 0, ParameterSetName = "Path", ValueFromPipeline = true, ValueFromPipelineByPropertyName = true)]
    [ValidateNotNullOrEmpty]
    [SupportsWildcards]
    public virtual string[] Path { get; set; } = [];

    /// <summary>Files, taken as they are written.</summary>
    [Parameter(Mandatory = true, ParameterSetName = "LiteralPath", ValueFromPipelineByPropertyName = true)]
    [Alias("PSPath", "FullName", "LP")]
    [ValidateNotNullOrEmpty]
    public string[] LiteralPath { get; set; } = [];

    /// <summary>How many files are worked on at a time.</summary>
    [Parameter]
    [ValidateRange(1, 1024)]
    public int ThrottleLimit { get; set; } = Environment.ProcessorCount;

    /// <summary>Works on one file. Called on several threads at once, never on the pipeline's.</summary>
    /// <param name="path">The file's path in the file system.</param>
    /// <param name="cancellation">Cancelled when the pipeline is stopped.</param>
    /// <returns>What is written.</returns>
    protected abstract TResult Work(string path, CancellationToken cancellation);

    /// <summary>Writes the result of one file, on the pipeline's thread and in input order.</summary>
    /// <param name="result">What <see cref="Work"/> gave.</param>
    protected virtual void Write(TResult result) => WriteObject(result, enumerateCollection: true);

    /// <inheritdoc/>
    protected override void BeginProcessing() => _batch = new FileBatch<TResult>(Work, ThrottleLimit, Cancellation);

    /// <inheritdoc/>
    protected override void ProcessRecord()
    {
        bool literal = ParameterSetName == "LiteralPath";
        foreach (string path in literal ? LiteralPath : Path)
        {
            Add(path, literal);
        }
    }

    /// <summary>Adds the files that a path names, and writes what is ready.</summary>
    /// <param name="path">The path.</param>
    /// <param name="literal">True when wildcards in it mean themselves.</param>
    protected void Add(string path, bool literal)
    {
        foreach (string file in ResolveFiles(path, literal))
        {
            if (_batch!.IsFull)
            {
                Report(Take());
            }

            _batch.Add(file);
        }

        while (_batch!.TryTake() is FileOutcome<TResult> outcome)
        {
            Report(outcome);
        }
    }

    /// <summary>Waits for the files that were added, and writes what comes of them.</summary>
    protected void ReportAll()
    {
        while (Take() is FileOutcome<TResult> outcome)
        {
            Report(outcome);
        }
    }

    /// <inheritdoc/>
    protected override void EndProcessing()
    {
        ReportAll();
        if (_progress.PercentComplete >= 0)
        {
            _progress.RecordType = ProgressRecordType.Completed;
            WriteProgress(_progress);
        }
    }

    /// <inheritdoc/>
    protected override void Dispose(bool disposing)
    {
        if (disposing)
        {
            _batch?.Dispose();
        }

        base.Dispose(disposing);
    }

    private FileOutcome<TResult>? Take()
    {
        try
        {
            return _batch!.Take();
        }
        catch (OperationCanceledException)
        {
            throw new PipelineStoppedException();
        }
    }

    private void Report(FileOutcome<TResult>? outcome)
    {
        if (outcome is null)
        {
            return;
        }

        WriteProgress(outcome.Path);
        if (outcome.Error is null)
        {
            Write(outcome.Result!);
        }
        else
        {
            WriteError(FileError.Of(outcome.Error, outcome.Path));
        }
    }

    // Ten times a second is enough for an eye; hosts take milliseconds to draw it.
    private void WriteProgress(string path)
    {
        int now = Environment.TickCount;
        if (_batch!.Added < 2 || now - _lastProgress < 100)
        {
            return;
        }

        _lastProgress = now;
        _progress.StatusDescription = $"{_batch.Taken} of {_batch.Added}";
        _progress.CurrentOperation = PrintableText.Clean(path);
        _progress.PercentComplete = (int)(100L * _batch.Taken / _batch.Added);
        WriteProgress(_progress);
    }
}
