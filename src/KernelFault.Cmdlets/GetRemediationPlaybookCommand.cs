using System.Management.Automation;
using KernelFault.Analysis;
using KernelFault.Formats;
using KernelFault.Knowledge;
using KernelFault.Playbooks;
using KernelFault.Playbooks.Actions;
using KernelFault.Playbooks.Catalog;
using KernelFault.Playbooks.Loading;

namespace KernelFault.Cmdlets;

/// <summary>Lists remediation playbooks, the one that fits best first.</summary>
[Cmdlet(VerbsCommon.Get, "RemediationPlaybook")]
[OutputType(typeof(PlaybookSummary))]
public sealed class GetRemediationPlaybookCommand : EngineCmdlet
{
    private readonly PlaybookLoader _loader = new(PlaybookActions.BuiltIn);
    private IReadOnlyList<Playbook> _playbooks = [];

    /// <summary>Names of playbooks.</summary>
    [Parameter(Position = 0)]
    [ArgumentCompleter(typeof(PlaybookNameCompleter))]
    [ValidateNotNullOrEmpty]
    [SupportsWildcards]
    public string[] Name { get; set; } = [];

    /// <summary>Files to look at instead of the playbooks that come with this module.</summary>
    [Parameter]
    [ValidateNotNullOrEmpty]
    [SupportsWildcards]
    public string[] Path { get; set; } = [];

    /// <summary>What a person sees.</summary>
    [Parameter]
    [ValidateNotNullOrEmpty]
    public string? Symptom { get; set; }

    /// <summary>Windows stop codes.</summary>
    [Parameter]
    [BugCheckNumberTransformation]
    [ArgumentCompleter(typeof(BugCheckCompleter))]
    [ValidateNotNullOrEmpty]
    public string[] BugCheck { get; set; } = [];

    /// <summary>The crash.</summary>
    [Parameter(ValueFromPipeline = true)]
    [ValidateNotNull]
    public KernelFaultAnalysis? InputObject { get; set; }

    /// <inheritdoc/>
    protected override void BeginProcessing() =>
        _playbooks = Path.Length == 0 ? new PlaybookCatalog(_loader).BuiltIn : [.. Path.SelectMany(path => ResolveFiles(path, literal: false)).Select(Load).OfType<Playbook>()];

    /// <inheritdoc/>
    protected override void ProcessRecord()
    {
        WriteObject(
            PlaybookCatalog.Match(new PlaybookQuestion { Names = Name, Symptom = Symptom, BugChecks = BugCheck, Analysis = InputObject }, _playbooks),
            enumerateCollection: true);
        var lookup = new BugCheckLookup(KnowledgeBase.Default);
        foreach (string code in BugCheck.Where(code => !BugCheckLookup.TryParseNumber(code, out _) && lookup.Find(code).Count == 0))
        {
            WriteError(new ErrorRecord(new ArgumentException(PrintableText.Clean($"No stop code '{code}' is known.")), "BugCheckNotFound", ErrorCategory.ObjectNotFound, code));
        }

        foreach (string name in Name.Where(name => !WildcardPattern.ContainsWildcardCharacters(name) && !_playbooks.Any(playbook => string.Equals(playbook.Name, name, StringComparison.OrdinalIgnoreCase))))
        {
            WriteError(new ErrorRecord(
                new ArgumentException(PrintableText.Clean($"No playbook is called '{name}'. Wildcards match: -Name '*{name}*'.")), "RemediationPlaybookNotFound", ErrorCategory.ObjectNotFound, name));
        }
    }

    private Playbook? Load(string file)
    {
        try
        {
            return _loader.Load(file);
        }
        catch (Exception e) when (e is PlaybookException or IOException or UnauthorizedAccessException or ArgumentException or NotSupportedException)
        {
            WriteError(PlaybookError.Of(e, file));
            return null;
        }
    }
}
