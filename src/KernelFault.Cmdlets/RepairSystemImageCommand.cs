using System.Management.Automation;
using KernelFault.Hosts;
using KernelFault.Servicing;

namespace KernelFault.Cmdlets;

/// <summary>Checks and repairs Windows from its component store to its files, in the right order.</summary>
[Cmdlet(VerbsDiagnostic.Repair, "SystemImage", DefaultParameterSetName = ComputerNameSet, SupportsShouldProcess = true)]
[OutputType(typeof(SystemImageRepairResult))]
public sealed class RepairSystemImageCommand : WindowsRepairCmdlet<SystemImageRepairResult>
{
    /// <summary>Where the repair of the component store takes its files from, in the order in which they are tried.</summary>
    [Parameter]
    [ValidateNotNullOrEmpty]
    public string[] Source { get; set; } = [];

    /// <summary>Does not ask Windows Update.</summary>
    [Parameter]
    public SwitchParameter LimitAccess { get; set; }

    /// <summary>The root of the drive from which the Windows of -WindowsDirectory starts.</summary>
    [Parameter(ParameterSetName = WindowsDirectorySet)]
    [ValidateNotNullOrEmpty]
    public string? BootDirectory { get; set; }

    /// <inheritdoc/>
    private protected override IHostChange<SystemImageRepairResult> Repair() => new SystemImageRepair(new SystemImageRepairOptions
    {
        Source = Source,
        LimitAccess = LimitAccess,
        WindowsDirectory = OfflineFolder,
        BootDirectory = BootDirectory is null ? null : Local(BootDirectory),
    });
}
