using System.Management.Automation;
using KernelFault.Hosts;
using KernelFault.Servicing;

namespace KernelFault.Cmdlets;

/// <summary>Checks and repairs the protected files of Windows with the System File Checker.</summary>
[Cmdlet(VerbsDiagnostic.Repair, "SystemFile", DefaultParameterSetName = ComputerNameSet, SupportsShouldProcess = true)]
[OutputType(typeof(SystemFileRepairResult))]
public sealed class RepairSystemFileCommand : WindowsRepairCmdlet<SystemFileRepairResult>
{
    /// <summary>One protected file, by its whole path on the machine; all of them without it.</summary>
    [Parameter(Position = 0)]
    [ValidateNotNullOrEmpty]
    public string? Path { get; set; }

    /// <summary>Only looks.</summary>
    [Parameter]
    public SwitchParameter VerifyOnly { get; set; }

    /// <summary>The root of the drive from which the Windows of -WindowsDirectory starts.</summary>
    [Parameter(ParameterSetName = WindowsDirectorySet)]
    [ValidateNotNullOrEmpty]
    public string? BootDirectory { get; set; }

    /// <inheritdoc/>
    private protected override IHostChange<SystemFileRepairResult> Repair() => new SystemFileRepair(new SystemFileRepairOptions
    {
        Path = Path,
        VerifyOnly = VerifyOnly,
        WindowsDirectory = OfflineFolder,
        BootDirectory = BootDirectory is null ? null : Local(BootDirectory),
    });
}
