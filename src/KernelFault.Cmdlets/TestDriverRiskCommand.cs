using System.Management.Automation;
using KernelFault.Analysis;
using KernelFault.Drivers;
using KernelFault.Drivers.Risk;
using KernelFault.Drivers.Risk.Blocklists;
using KernelFault.Formats;
using KernelFault.Reports;

namespace KernelFault.Cmdlets;

/// <summary>Says how dangerous drivers are, why, and what to do about them.</summary>
[Cmdlet(VerbsDiagnostic.Test, "DriverRisk", DefaultParameterSetName = "Path")]
[OutputType(typeof(DriverRisk), typeof(string))]
public sealed class TestDriverRiskCommand : EngineCmdlet
{
    private const string Sarif = "Sarif";

    private readonly List<KernelFaultAnalysis> _analyses = [];
    private readonly List<DriverRisk> _risks = [];
    private readonly Dictionary<string, IReadOnlyList<DriverCrash>> _crashes = new(StringComparer.OrdinalIgnoreCase);
    private DriverRiskAssessor? _assessor;

    /// <summary>Files of drivers; wildcards are expanded.</summary>
    [Parameter(Mandatory = true, Position = 0, ParameterSetName = "Path")]
    [ValidateNotNullOrEmpty]
    [SupportsWildcards]
    public string[] Path { get; set; } = [];

    /// <summary>Files of drivers, taken as they are written.</summary>
    [Parameter(Mandatory = true, ParameterSetName = "LiteralPath")]
    [Alias("LP")]
    [ValidateNotNullOrEmpty]
    public string[] LiteralPath { get; set; } = [];

    /// <summary>Drivers, answers about crashes, or files.</summary>
    [Parameter(Mandatory = true, ParameterSetName = "InputObject", ValueFromPipeline = true)]
    [ValidateNotNull]
    public PSObject[] InputObject { get; set; } = [];

    /// <summary>Answers about crashes in which the drivers may have had a part.</summary>
    [Parameter]
    [ValidateNotNull]
    public KernelFaultAnalysis[] Analysis { get; set; } = [];

    /// <summary>Ids of the rules that are asked.</summary>
    [Parameter]
    [ArgumentCompleter(typeof(RiskRuleCompleter))]
    [ValidateNotNullOrEmpty]
    [SupportsWildcards]
    public string[] Include { get; set; } = ["*"];

    /// <summary>Ids of rules that are not asked.</summary>
    [Parameter]
    [ArgumentCompleter(typeof(RiskRuleCompleter))]
    [ValidateNotNullOrEmpty]
    [SupportsWildcards]
    public string[] Exclude { get; set; } = [];

    /// <summary>Block lists, in place of those that Update-DriverBlocklist keeps.</summary>
    [Parameter]
    [ValidateNotNullOrEmpty]
    [SupportsWildcards]
    public string[] BlocklistPath { get; set; } = [];

    /// <summary>Years after which a driver counts as old.</summary>
    [Parameter]
    [ValidateRange(1, 100)]
    public int MaximumAge { get; set; } = DriverRiskOptions.DefaultMaximumAge;

    /// <summary>What is written: objects, or one SARIF document.</summary>
    [Parameter]
    [ValidateSet("Object", Sarif)]
    public string As { get; set; } = "Object";

    /// <inheritdoc/>
    protected override void BeginProcessing()
    {
        WildcardPattern[] include = Patterns(Include);
        WildcardPattern[] exclude = Patterns(Exclude);
        _assessor = new DriverRiskAssessor(new DriverRiskOptions
        {
            Selects = id => Array.Exists(include, pattern => pattern.IsMatch(id)) && !Array.Exists(exclude, pattern => pattern.IsMatch(id)),
            MaximumAge = MaximumAge,
            Blocklists = BlocklistPath.Length > 0 ? ReadLists() : ReadKeptLists(),
        });
        if (_assessor.Rules.Count == 0)
        {
            WriteWarning("No rule is left by -Include and -Exclude.");
        }

        foreach (CrashedDriver crashed in DriverCrashes.Of(Analysis))
        {
            _crashes[crashed.Driver.Name] = crashed.Crashes;
        }
    }

    /// <inheritdoc/>
    protected override void ProcessRecord()
    {
        bool literal = ParameterSetName == "LiteralPath";
        foreach (string path in literal ? LiteralPath : Path)
        {
            AddFiles(path, literal);
        }

        foreach (PSObject item in InputObject)
        {
            switch (item.BaseObject)
            {
                case KernelDriver driver:
                    Add(driver);
                    break;
                case KernelFaultAnalysis analysis:
                    _analyses.Add(analysis);
                    break;
                case FileInfo file:
                    AddFiles(file.FullName, literal: true);
                    break;
                case string path:
                    AddFiles(path, literal: false);
                    break;
                default:
                    WriteError(new ErrorRecord(
                        new ArgumentException($"A {item.BaseObject.GetType().Name} is neither a driver of Get-KernelDriver, nor an answer of Get-KernelFaultAnalysis, nor a file."),
                        "DriverRiskInput",
                        ErrorCategory.InvalidType,
                        item));
                    break;
            }
        }
    }

    /// <inheritdoc/>
    protected override void EndProcessing()
    {
        foreach (CrashedDriver crashed in DriverCrashes.Of(_analyses))
        {
            Write(_assessor!.Add(crashed.Driver, crashed.Crashes));
        }

        foreach (DriverRisk risk in _assessor!.Complete())
        {
            Write(risk);
        }

        if (As == Sarif)
        {
            WriteObject(SarifLog.Write(_risks, []));
        }
    }

    private static WildcardPattern[] Patterns(string[] texts) => [.. texts.Select(text => new WildcardPattern(text, WildcardOptions.IgnoreCase))];

    private void AddFiles(string path, bool literal)
    {
        foreach (string file in ResolveFiles(path, literal))
        {
            if (Cancellation.IsCancellationRequested)
            {
                throw new PipelineStoppedException();
            }

            try
            {
                Add(DriverFile.Read(file, Cancellation));
            }
            catch (Exception e) when (e is DumpFormatException or IOException or UnauthorizedAccessException)
            {
                WriteError(FileError.Of(e, file));
            }
        }
    }

    private void Add(KernelDriver driver) => Write(_assessor!.Add(driver, CrashesOf(driver)));

    // A crash names drivers by their files, a machine by their services.
    private IReadOnlyList<DriverCrash> CrashesOf(KernelDriver driver)
    {
        if (_crashes.Count == 0)
        {
            return [];
        }

        string file = System.IO.Path.GetFileNameWithoutExtension((driver.Path ?? string.Empty).Replace('\\', '/'));
        return _crashes.TryGetValue(file, out IReadOnlyList<DriverCrash>? crashes) || _crashes.TryGetValue(driver.Name, out crashes) ? crashes : [];
    }

    private void Write(DriverRisk? risk)
    {
        if (risk is null)
        {
            return;
        }

        if (As == Sarif)
        {
            _risks.Add(risk);
        }
        else
        {
            WriteObject(risk);
        }
    }

    // A list that was asked for and cannot be read must not look like one that knows nothing of the drivers.
    private List<DriverBlocklist> ReadLists()
    {
        var lists = new List<DriverBlocklist>();
        foreach (string file in BlocklistPath.SelectMany(path => ResolveFiles(path, literal: false)))
        {
            try
            {
                lists.Add(DriverBlocklist.Read(file, Cancellation));
            }
            catch (Exception e) when (e is DumpFormatException or IOException or UnauthorizedAccessException)
            {
                ThrowTerminatingError(FileError.Of(e, file));
            }
        }

        if (lists.Count == 0)
        {
            ThrowTerminatingError(FileError.Of(new FileNotFoundException($"No block list is named by '{PrintableText.Clean(string.Join(", ", BlocklistPath))}'."), BlocklistPath[0]));
        }

        return lists;
    }

    private List<DriverBlocklist> ReadKeptLists()
    {
        var lists = new List<DriverBlocklist>();
        foreach (string file in BlocklistCache.OfUser().Files())
        {
            try
            {
                lists.Add(DriverBlocklist.Read(file, Cancellation));
            }
            catch (Exception e) when (e is DumpFormatException or IOException or UnauthorizedAccessException)
            {
                WriteWarning(PrintableText.Clean($"The kept block list is not used: {e.Message}"));
            }
        }

        if (lists.Count == 0)
        {
            WriteVerbose("No block list is at hand: see Update-DriverBlocklist and -BlocklistPath.");
        }

        return lists;
    }
}
