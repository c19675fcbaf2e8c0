using System.Management.Automation;
using KernelFault.Playbooks.Actions;
using KernelFault.Playbooks.Loading;

namespace KernelFault.Cmdlets;

/// <summary>Tells everything that is wrong with the files of playbooks, and what a person should look at.</summary>
[Cmdlet(VerbsDiagnostic.Test, "RemediationPlaybook", DefaultParameterSetName = "Path")]
[OutputType(typeof(PlaybookCheck))]
public sealed class TestRemediationPlaybookCommand : EngineCmdlet
{
    private readonly PlaybookLoader _loader = new(PlaybookActions.BuiltIn);

    /// <summary>Files; wildcards are expanded.</summary>
    [Parameter(Mandatory = true, Position = 0, ParameterSetName = "Path", ValueFromPipeline = true, ValueFromPipelineByPropertyName = true)]
    [ValidateNotNullOrEmpty]
    [SupportsWildcards]
    public string[] Path { get; set; } = [];

    /// <summary>Files, taken as they are written.</summary>
    [Parameter(Mandatory = true, ParameterSetName = "LiteralPath", ValueFromPipelineByPropertyName = true)]
    [Alias("PSPath", "FullName", "LP")]
    [ValidateNotNullOrEmpty]
    public string[] LiteralPath { get; set; } = [];

    /// <inheritdoc/>
    protected override void ProcessRecord()
    {
        bool literal = ParameterSetName == "LiteralPath";
        foreach (string file in (literal ? LiteralPath : Path).SelectMany(path => ResolveFiles(path, literal)))
        {
            try
            {
                WriteObject(_loader.Check(file));
            }
            catch (Exception e) when (e is IOException or UnauthorizedAccessException or ArgumentException or NotSupportedException)
            {
                WriteError(FileError.Of(e, file));
            }
        }
    }
}
