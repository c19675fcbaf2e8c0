using System.Management.Automation;
using KernelFault.Health;
using KernelFault.Hosts;

namespace KernelFault.Cmdlets;

/// <summary>Says whether the next crash of a machine would leave a dump, and why not.</summary>
[Cmdlet(VerbsCommon.Get, "CrashCapture", DefaultParameterSetName = ComputerNameSet)]
[OutputType(typeof(CrashCapture))]
public sealed class GetCrashCaptureCommand : HostCmdlet<CrashCapture>
{
    /// <inheritdoc/>
    protected override CrashCapture Work(IHost host, CancellationToken cancellation) => CrashCaptureReader.Read(host, cancellation);
}
