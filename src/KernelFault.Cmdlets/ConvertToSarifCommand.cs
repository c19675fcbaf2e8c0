using System.Management.Automation;
using KernelFault.Analysis;
using KernelFault.Drivers.Risk;
using KernelFault.Reports;

namespace KernelFault.Cmdlets;

/// <summary>Writes risks of drivers and answers about crashes as SARIF 2.1.0.</summary>
[Cmdlet(VerbsData.ConvertTo, "Sarif")]
[OutputType(typeof(string))]
public sealed class ConvertToSarifCommand : EngineCmdlet
{
    private readonly List<DriverRisk> _risks = [];
    private readonly List<KernelFaultAnalysis> _analyses = [];

    /// <summary>What Test-DriverRisk and Get-KernelFaultAnalysis write.</summary>
    [Parameter(Mandatory = true, Position = 0, ValueFromPipeline = true)]
    [ValidateNotNull]
    public PSObject[] InputObject { get; set; } = [];

    /// <inheritdoc/>
    protected override void ProcessRecord()
    {
        foreach (PSObject item in InputObject)
        {
            switch (item.BaseObject)
            {
                case DriverRisk risk:
                    _risks.Add(risk);
                    break;
                case KernelFaultAnalysis analysis:
                    _analyses.Add(analysis);
                    break;
                default:
                    WriteError(new ErrorRecord(
                        new ArgumentException($"A {item.BaseObject.GetType().Name} is neither an answer of Test-DriverRisk nor of Get-KernelFaultAnalysis."), "SarifInput", ErrorCategory.InvalidType, item));
                    break;
            }
        }
    }

    /// <inheritdoc/>
    protected override void EndProcessing() => WriteObject(SarifLog.Write(_risks, _analyses));
}
