using System.Management.Automation;
using KernelFault.Analysis;
using KernelFault.Drivers;
using KernelFault.Formats;
using KernelFault.Hosts;

namespace KernelFault.Cmdlets;

/// <summary>Lists the drivers of machines, of a Windows that is not running, of crash files, or reads files of drivers.</summary>
[Cmdlet(VerbsCommon.Get, "KernelDriver", DefaultParameterSetName = ComputerNameSet)]
[OutputType(typeof(KernelDriver))]
public sealed class GetKernelDriverCommand : HostCmdlet<DriverInventory>
{
    private const string PathSet = "Path";
    private const string LiteralPathSet = "LiteralPath";
    private const string CrashDumpSet = "CrashDump";

    private DriverFilter _filter = new();
    private FileBatch<IReadOnlyList<KernelDriver>>? _files;

    /// <summary>Only drivers with one of these names.</summary>
    [Parameter(Position = 0)]
    [ArgumentCompleter(typeof(DriverNameCompleter))]
    [ValidateNotNullOrEmpty]
    [SupportsWildcards]
    public string[] Name { get; set; } = [];

    /// <summary>Files of drivers; wildcards are expanded.</summary>
    [Parameter(Mandatory = true, ParameterSetName = PathSet)]
    [ValidateNotNullOrEmpty]
    [SupportsWildcards]
    public string[] Path { get; set; } = [];

    /// <summary>Files of drivers, taken as they are written.</summary>
    [Parameter(Mandatory = true, ParameterSetName = LiteralPathSet, ValueFromPipelineByPropertyName = true)]
    [Alias("PSPath", "FullName", "LP")]
    [ValidateNotNullOrEmpty]
    public string[] LiteralPath { get; set; } = [];

    /// <summary>Crash files whose drivers are listed; wildcards are expanded.</summary>
    [Parameter(Mandatory = true, ParameterSetName = CrashDumpSet)]
    [ValidateNotNullOrEmpty]
    [SupportsWildcards]
    public string[] CrashDump { get; set; } = [];

    /// <summary>Only other makers' code.</summary>
    [Parameter]
    public SwitchParameter ThirdParty { get; set; }

    /// <summary>Only drivers that run.</summary>
    [Parameter]
    public SwitchParameter Running { get; set; }

    /// <summary>Only drivers without a signature.</summary>
    [Parameter]
    public SwitchParameter Unsigned { get; set; }

    /// <summary>Only drivers of these device classes.</summary>
    [Parameter]
    [ValidateNotNullOrEmpty]
    [SupportsWildcards]
    public string[] Class { get; set; } = [];

    private bool AsksFiles => ParameterSetName is PathSet or LiteralPathSet or CrashDumpSet;

    /// <inheritdoc/>
    protected override void BeginProcessing()
    {
        _filter = new DriverFilter { Name = Matching(Name), Class = Matching(Class), ThirdParty = ThirdParty, Running = Running, Unsigned = Unsigned };

        // What comes through the pipeline decides on the parameter set later.
        _files = new FileBatch<IReadOnlyList<KernelDriver>>(ReadFile, Math.Min(ThrottleLimit, Environment.ProcessorCount), Cancellation);
        base.BeginProcessing();
    }

    /// <inheritdoc/>
    protected override void ProcessRecord()
    {
        if (!AsksFiles)
        {
            base.ProcessRecord();
            return;
        }

        bool literal = ParameterSetName == LiteralPathSet;
        foreach (string path in ParameterSetName == CrashDumpSet ? CrashDump : literal ? LiteralPath : Path)
        {
            foreach (string file in ResolveFiles(path, literal))
            {
                if (_files!.IsFull)
                {
                    Report(Take());
                }

                _files.Add(file);
            }
        }

        while (_files!.TryTake() is FileOutcome<IReadOnlyList<KernelDriver>> outcome)
        {
            Report(outcome);
        }
    }

    /// <inheritdoc/>
    protected override void EndProcessing()
    {
        while (Take() is FileOutcome<IReadOnlyList<KernelDriver>> outcome)
        {
            Report(outcome);
        }

        base.EndProcessing();
    }

    /// <inheritdoc/>
    protected override DriverInventory Work(IHost host, CancellationToken cancellation) => DriverInventory.Read(host, cancellation);

    /// <inheritdoc/>
    protected override void Write(string host, DriverInventory result)
    {
        foreach (string warning in result.Warnings)
        {
            WriteWarning(PrintableText.Clean(host + ": " + warning));
        }

        Write(result.Drivers);
    }

    /// <inheritdoc/>
    protected override void Dispose(bool disposing)
    {
        if (disposing)
        {
            _files?.Dispose();
        }

        base.Dispose(disposing);
    }

    private static Func<string, bool>? Matching(string[] patterns)
    {
        if (patterns.Length == 0)
        {
            return null;
        }

        WildcardPattern[] compiled = [.. patterns.Select(pattern => new WildcardPattern(pattern, WildcardOptions.IgnoreCase | WildcardOptions.CultureInvariant))];
        return text => compiled.Any(pattern => pattern.IsMatch(text));
    }

    private IReadOnlyList<KernelDriver> ReadFile(string path, CancellationToken cancellation) =>
        ParameterSetName == CrashDumpSet ? CrashDumpDrivers.Read(path, cancellation) : [DriverFile.Read(path, cancellation)];

    private FileOutcome<IReadOnlyList<KernelDriver>>? Take()
    {
        try
        {
            return _files!.Take();
        }
        catch (OperationCanceledException)
        {
            throw new PipelineStoppedException();
        }
    }

    private void Report(FileOutcome<IReadOnlyList<KernelDriver>>? outcome)
    {
        if (outcome?.Error is { } error)
        {
            WriteError(FileError.Of(error, outcome.Path));
        }
        else if (outcome is not null)
        {
            Write(outcome.Result!);
        }
    }

    private void Write(IReadOnlyList<KernelDriver> drivers)
    {
        foreach (KernelDriver driver in drivers)
        {
            if (_filter.Accepts(driver))
            {
                WriteObject(driver);
            }
        }
    }
}
