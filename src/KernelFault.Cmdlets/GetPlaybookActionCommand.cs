using System.Management.Automation;
using KernelFault.Formats;
using KernelFault.Playbooks.Actions;

namespace KernelFault.Cmdlets;

/// <summary>Describes what steps of playbooks can do.</summary>
[Cmdlet(VerbsCommon.Get, "PlaybookAction")]
[OutputType(typeof(PlaybookActionInfo))]
public sealed class GetPlaybookActionCommand : EngineCmdlet
{
    /// <summary>Names of actions.</summary>
    [Parameter(Position = 0, ValueFromPipeline = true, ValueFromPipelineByPropertyName = true)]
    [ArgumentCompleter(typeof(PlaybookActionCompleter))]
    [ValidateNotNullOrEmpty]
    [SupportsWildcards]
    public string[] Name { get; set; } = ["*"];

    /// <inheritdoc/>
    protected override void ProcessRecord()
    {
        foreach (string name in Name)
        {
            var pattern = new WildcardPattern(name, WildcardOptions.IgnoreCase);
            PlaybookActionInfo[] infos = [.. PlaybookActions.BuiltIn.Infos.Where(info => pattern.IsMatch(info.Name))];
            WriteObject(infos, enumerateCollection: true);
            if (infos.Length == 0 && !WildcardPattern.ContainsWildcardCharacters(name))
            {
                WriteError(new ErrorRecord(
                    new ArgumentException(PrintableText.Clean($"No action is called '{name}'. Wildcards match: -Name '*{name}*'.")), "PlaybookActionNotFound", ErrorCategory.ObjectNotFound, name));
            }
        }
    }
}
