using System.Management.Automation;
using KernelFault.Formats;
using KernelFault.Verification;

namespace KernelFault.Cmdlets;

/// <summary>Lists what Driver Verifier can check.</summary>
[Cmdlet(VerbsCommon.Get, "DriverVerifierFlag")]
[OutputType(typeof(DriverVerifierFlag))]
public sealed class GetDriverVerifierFlagCommand : EngineCmdlet
{
    /// <summary>Ids or names of flags.</summary>
    [Parameter(Position = 0, ValueFromPipeline = true)]
    [ArgumentCompleter(typeof(DriverVerifierFlagCompleter))]
    [ValidateNotNullOrEmpty]
    [SupportsWildcards]
    public string[] Name { get; set; } = ["*"];

    /// <summary>Only those of the standard settings.</summary>
    [Parameter]
    public SwitchParameter Standard { get; set; }

    /// <inheritdoc/>
    protected override void ProcessRecord()
    {
        foreach (string name in Name)
        {
            var pattern = new WildcardPattern(name, WildcardOptions.IgnoreCase | WildcardOptions.CultureInvariant);
            DriverVerifierFlag[] flags = [.. DriverVerifierFlag.All.Where(flag => pattern.IsMatch(flag.Id) || pattern.IsMatch(flag.Name))];
            WriteObject(flags.Where(flag => flag.IsStandard || !Standard), enumerateCollection: true);
            if (flags.Length == 0 && !WildcardPattern.ContainsWildcardCharacters(name))
            {
                WriteError(new ErrorRecord(new ArgumentException(PrintableText.Clean($"No flag is called '{name}'. Wildcards match: -Name '*{name}*'.")), "DriverVerifierFlagNotFound", ErrorCategory.ObjectNotFound, name));
            }
        }
    }
}
