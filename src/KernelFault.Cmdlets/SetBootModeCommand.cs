using System.Management.Automation;
using KernelFault.Hosts;
using KernelFault.Servicing;

namespace KernelFault.Cmdlets;

/// <summary>Makes a Windows machine start in Safe Mode once, or until that is taken back.</summary>
[Cmdlet(VerbsCommon.Set, "BootMode", DefaultParameterSetName = ComputerNameSet, SupportsShouldProcess = true, ConfirmImpact = ConfirmImpact.High)]
[OutputType(typeof(BootModeResult))]
public sealed class SetBootModeCommand : HostChangeCmdlet<BootModeResult>
{
    /// <summary>How it is to start.</summary>
    [Parameter(Mandatory = true, Position = 0)]
    public SafeMode SafeMode { get; set; }

    /// <summary>Every start is meant, not only the next.</summary>
    [Parameter]
    public SwitchParameter Persistent { get; set; }

    /// <inheritdoc/>
    protected override IHostChange<BootModeResult> Change() => new BootModeChange(SafeMode, Persistent);
}
