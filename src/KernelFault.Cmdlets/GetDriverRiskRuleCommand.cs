using System.Management.Automation;
using KernelFault.Drivers.Risk;

namespace KernelFault.Cmdlets;

/// <summary>Lists the rules by which drivers are judged.</summary>
[Cmdlet(VerbsCommon.Get, "DriverRiskRule")]
[OutputType(typeof(RiskRule))]
public sealed class GetDriverRiskRuleCommand : EngineCmdlet
{
    /// <summary>Ids of rules.</summary>
    [Parameter(Position = 0, ValueFromPipeline = true, ValueFromPipelineByPropertyName = true)]
    [ArgumentCompleter(typeof(RiskRuleCompleter))]
    [ValidateNotNullOrEmpty]
    [SupportsWildcards]
    public string[] Id { get; set; } = ["*"];

    /// <inheritdoc/>
    protected override void ProcessRecord()
    {
        foreach (string id in Id)
        {
            var pattern = new WildcardPattern(id, WildcardOptions.IgnoreCase);
            RiskRule[] rules = [.. RiskRule.All.Where(rule => pattern.IsMatch(rule.Id))];
            WriteObject(rules, enumerateCollection: true);
            if (rules.Length == 0 && !WildcardPattern.ContainsWildcardCharacters(id))
            {
                WriteError(new ErrorRecord(
                    new ArgumentException(Formats.PrintableText.Clean($"No rule has the id '{id}'. Wildcards match: -Id '*{id}*'.")), "DriverRiskRuleNotFound", ErrorCategory.ObjectNotFound, id));
            }
        }
    }
}
