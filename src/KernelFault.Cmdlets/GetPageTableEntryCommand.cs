using System.Management.Automation;
using KernelFault.Analysis.Linux.Vmcores;
using KernelFault.Memory;

namespace KernelFault.Cmdlets;

/// <summary>Walks the page tables of a crashed Linux kernel for an address and shows the entry of every level.</summary>
[Cmdlet(VerbsCommon.Get, "PageTableEntry")]
[OutputType(typeof(PageTableWalk))]
public sealed class GetPageTableEntryCommand : VmcoreCmdlet
{
    /// <summary>Virtual addresses: numbers, or symbols with or without an offset.</summary>
    [Parameter(Mandatory = true, Position = 1)]
    [ValidateNotNullOrEmpty]
    public string[] Address { get; set; } = [];

    /// <inheritdoc/>
    protected override void Read(VmcoreSession session)
    {
        foreach (string address in Address)
        {
            WithAddress(session, address, found => WriteObject(session.Kernel.PageTable.Walk(found)));
        }
    }
}
