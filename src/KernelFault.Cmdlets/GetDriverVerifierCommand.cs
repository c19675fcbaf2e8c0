using System.Management.Automation;
using KernelFault.Formats;
using KernelFault.Hosts;
using KernelFault.Verification;

namespace KernelFault.Cmdlets;

/// <summary>Says how Driver Verifier is set on machines and what it does there now.</summary>
[Cmdlet(VerbsCommon.Get, "DriverVerifier", DefaultParameterSetName = ComputerNameSet)]
[OutputType(typeof(DriverVerifierSettings))]
public sealed class GetDriverVerifierCommand : HostCmdlet<DriverVerifierSettings>
{
    /// <inheritdoc/>
    protected override DriverVerifierSettings Work(IHost host, CancellationToken cancellation) => new DriverVerifierReader(host).Read(cancellation);

    /// <inheritdoc/>
    protected override void Write(string host, DriverVerifierSettings result)
    {
        foreach (string warning in result.Warnings)
        {
            WriteWarning(PrintableText.Clean(host + ": " + warning));
        }

        WriteObject(result);
    }
}
