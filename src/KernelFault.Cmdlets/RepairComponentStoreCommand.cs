using System.Management.Automation;
using KernelFault.Hosts;
using KernelFault.Servicing;

namespace KernelFault.Cmdlets;

/// <summary>Checks, repairs or cleans the component store of Windows with DISM.</summary>
[Cmdlet(VerbsDiagnostic.Repair, "ComponentStore", DefaultParameterSetName = ComputerNameSet, SupportsShouldProcess = true)]
[OutputType(typeof(ComponentStoreRepairResult))]
public sealed class RepairComponentStoreCommand : WindowsRepairCmdlet<ComponentStoreRepairResult>
{
    /// <summary>Only asks whether damage is known already.</summary>
    [Parameter]
    public SwitchParameter CheckHealth { get; set; }

    /// <summary>Only looks.</summary>
    [Parameter]
    public SwitchParameter ScanHealth { get; set; }

    /// <summary>Removes what newer components have replaced, instead of repairing.</summary>
    [Parameter]
    public SwitchParameter StartComponentCleanup { get; set; }

    /// <summary>Where the repair takes its files from, in the order in which they are tried.</summary>
    [Parameter]
    [ValidateNotNullOrEmpty]
    public string[] Source { get; set; } = [];

    /// <summary>Does not ask Windows Update.</summary>
    [Parameter]
    public SwitchParameter LimitAccess { get; set; }

    /// <summary>The root of an offline image on the machine; its Windows folder lies in it.</summary>
    [Parameter(ParameterSetName = ComputerNameSet)]
    [Parameter(ParameterSetName = HostNameSet)]
    [Parameter(ParameterSetName = SessionSet)]
    [ValidateNotNullOrEmpty]
    public string? Image { get; set; }

    private ComponentStoreOperation Operation => CheckHealth ? ComponentStoreOperation.CheckHealth
        : ScanHealth ? ComponentStoreOperation.ScanHealth
        : StartComponentCleanup ? ComponentStoreOperation.StartComponentCleanup
        : ComponentStoreOperation.RestoreHealth;

    /// <inheritdoc/>
    private protected override IHostChange<ComponentStoreRepairResult> Repair()
    {
        if (new[] { CheckHealth, ScanHealth, StartComponentCleanup }.Count(asked => asked) > 1)
        {
            throw new ArgumentException("One of -CheckHealth, -ScanHealth and -StartComponentCleanup is done at a time.");
        }

        return new ComponentStoreRepair(new ComponentStoreRepairOptions
        {
            Operation = Operation,
            Source = Source,
            LimitAccess = LimitAccess,
            Image = OfflineFolder is { } windows ? ComponentStoreRepairOptions.ImageOf(windows) : Image,
        });
    }
}
