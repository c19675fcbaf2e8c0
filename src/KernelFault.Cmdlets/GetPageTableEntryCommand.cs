using System.Management.Automation;
using KernelFault.Analysis.Linux.Vmcores;
using KernelFault.Memory;

namespace KernelFault.Cmdlets;

/// <summary>Walks the page tables of a crashed Linux kernel for an address and shows the entry of every level.</summary>
[Cmdlet(VerbsCommon.Get, "PageTableEntry", DefaultParameterSetName = "Path")]
[OutputType(typeof(PageTableWalk))]
public sealed class GetPageTableEntryCommand : AddressCmdlet
{
    /// <inheritdoc/>
    protected override void Read(VmcoreSession session, VirtualAddress address) => WriteObject(session.Kernel.PageTable.Walk(address));
}
