using System.Management.Automation;
using KernelFault.Hosts;
using KernelFault.Verification;

namespace KernelFault.Cmdlets;

/// <summary>Switches Driver Verifier off on machines, or in the registry of a Windows that no longer starts.</summary>
[Cmdlet(VerbsLifecycle.Disable, "DriverVerifier", SupportsShouldProcess = true, ConfirmImpact = ConfirmImpact.Medium, DefaultParameterSetName = ComputerNameSet)]
[OutputType(typeof(DriverVerifierChange))]
public sealed class DisableDriverVerifierCommand : HostChangeCmdlet<DriverVerifierChange>
{
    /// <summary>Ends the verification that runs now; what is set for the next start stays.</summary>
    [Parameter]
    public SwitchParameter Volatile { get; set; }

    /// <inheritdoc/>
    protected override IHostChange<DriverVerifierChange> Change() => new DisableDriverVerifier { IsVolatile = Volatile };
}
