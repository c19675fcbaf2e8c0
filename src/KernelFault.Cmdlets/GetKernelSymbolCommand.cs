using System.Management.Automation;
using KernelFault.Analysis.Linux.Vmcores;
using KernelFault.Kernels.Linux;

namespace KernelFault.Cmdlets;

/// <summary>Looks symbols of a crashed Linux kernel and its modules up, by name or by address.</summary>
[Cmdlet(VerbsCommon.Get, "KernelSymbol", DefaultParameterSetName = "Name")]
[OutputType(typeof(LinuxSymbol))]
public sealed class GetKernelSymbolCommand : VmcoreCmdlet
{
    /// <summary>Names; <c>*</c> and <c>?</c> match.</summary>
    [Parameter(Position = 1, ParameterSetName = "Name")]
    [ValidateNotNullOrEmpty]
    [SupportsWildcards]
    public string[] Name { get; set; } = ["*"];

    /// <summary>Addresses; the symbol that each lies in is written.</summary>
    [Parameter(Mandatory = true, ParameterSetName = "Address")]
    [ValidateNotNullOrEmpty]
    public string[] Address { get; set; } = [];

    /// <inheritdoc/>
    protected override void Read(VmcoreSession session)
    {
        foreach (string address in Address)
        {
            WithAddress(session, address, found =>
            {
                if (session.SymbolAt(found) is { } symbol)
                {
                    WriteObject(symbol);
                }
            });
        }

        if (ParameterSetName == "Name")
        {
            foreach (string name in Name)
            {
                WriteEach(session.FindSymbols(name));
            }
        }
    }
}
