using System.Management.Automation;
using KernelFault.Analysis.Linux.Vmcores;
using KernelFault.Memory;

namespace KernelFault.Cmdlets;

/// <summary>A cmdlet that answers one question about each of some addresses in a vmcore.</summary>
public abstract class AddressCmdlet : VmcoreCmdlet
{
    /// <summary>Virtual addresses: numbers, or symbols with or without an offset.</summary>
    [Parameter(Mandatory = true, Position = 1, ValueFromPipelineByPropertyName = true)]
    [Alias("InstructionPointer")]
    [AddressTransformation]
    [ValidateNotNullOrEmpty]
    public string[] Address { get; set; } = [];

    /// <summary>Writes what is known of an address.</summary>
    /// <param name="session">The vmcore.</param>
    /// <param name="address">The address.</param>
    protected abstract void Read(VmcoreSession session, VirtualAddress address);

    /// <inheritdoc/>
    protected override void Read(VmcoreSession session) => WithAddresses(session, Address, address => Read(session, address));
}
