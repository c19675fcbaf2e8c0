using System.Management.Automation;
using KernelFault.Analysis.Linux.Vmcores;
using KernelFault.Kernels.Linux;
using KernelFault.Memory;

namespace KernelFault.Cmdlets;

/// <summary>Says whether a Linux kernel expects an instruction of its own to fault, and where it goes on then.</summary>
[Cmdlet(VerbsCommon.Get, "ExceptionTableEntry", DefaultParameterSetName = "Path")]
[OutputType(typeof(ExceptionTableEntry))]
public sealed class GetExceptionTableEntryCommand : AddressCmdlet
{
    /// <inheritdoc/>
    protected override void Read(VmcoreSession session, VirtualAddress address)
    {
        if (session.Kernel.FindExceptionTableEntry(address) is { } entry)
        {
            WriteObject(entry);
        }
        else
        {
            WriteNotFound("ExceptionTableEntryNotFound", address.Hex, $"No exception table has an entry for {address.Hex}: the kernel does not expect a fault there.");
        }
    }
}
