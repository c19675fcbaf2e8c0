using System.Management.Automation;
using KernelFault.Analysis.Linux.Vmcores;
using KernelFault.Kernels.Linux.Slab;

namespace KernelFault.Cmdlets;

/// <summary>Says which object of the kernel's heap an address is in, and whether it was in use.</summary>
[Cmdlet(VerbsCommon.Get, "SlabObject")]
[OutputType(typeof(SlabObject))]
public sealed class GetSlabObjectCommand : VmcoreCmdlet
{
    /// <summary>Addresses: numbers, or symbols with or without an offset.</summary>
    [Parameter(Mandatory = true, Position = 1)]
    [ValidateNotNullOrEmpty]
    public string[] Address { get; set; } = [];

    /// <inheritdoc/>
    protected override void Read(VmcoreSession session)
    {
        foreach (string address in Address)
        {
            WithAddress(session, address, found =>
            {
                if (session.FindSlabObject(found) is { } slab)
                {
                    WriteObject(slab);
                }
                else
                {
                    WriteWarning($"{found.Hex} is in no object of a slab cache.");
                }
            });
        }
    }
}
