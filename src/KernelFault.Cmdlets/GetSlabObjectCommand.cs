using System.Management.Automation;
using KernelFault.Analysis.Linux.Vmcores;
using KernelFault.Kernels.Linux.Slab;
using KernelFault.Memory;

namespace KernelFault.Cmdlets;

/// <summary>Says which object of the kernel's heap an address is in, and whether it was in use.</summary>
[Cmdlet(VerbsCommon.Get, "SlabObject", DefaultParameterSetName = "Path")]
[OutputType(typeof(SlabObject))]
public sealed class GetSlabObjectCommand : AddressCmdlet
{
    /// <inheritdoc/>
    protected override void Read(VmcoreSession session, VirtualAddress address)
    {
        if (session.FindSlabObject(address) is { } slab)
        {
            WriteObject(slab);
        }
        else
        {
            WriteNotFound("SlabObjectNotFound", address.Hex, $"{address.Hex} is in no object of a slab cache.");
        }
    }
}
