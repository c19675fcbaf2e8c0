using System.Management.Automation;
using KernelFault.Analysis.Linux.Vmcores;
using KernelFault.Kernels.Linux;

namespace KernelFault.Cmdlets;

/// <summary>Looks symbols of a crashed Linux kernel and its modules up, by name or by address.</summary>
[Cmdlet(VerbsCommon.Get, "KernelSymbol", DefaultParameterSetName = "Path")]
[OutputType(typeof(LinuxSymbol))]
public sealed class GetKernelSymbolCommand : VmcoreCmdlet
{
    /// <summary>Names, in which <c>*</c> and <c>?</c> match; or places, as in <see cref="Address"/>.</summary>
    [Parameter(Position = 1)]
    [AddressTransformation]
    [ValidateNotNullOrEmpty]
    [SupportsWildcards]
    public string[] Name { get; set; } = [];

    /// <summary>Addresses; the symbol that each lies in is written.</summary>
    [Parameter(ValueFromPipelineByPropertyName = true)]
    [Alias("InstructionPointer")]
    [AddressTransformation]
    [ValidateNotNullOrEmpty]
    public string[] Address { get; set; } = [];

    /// <inheritdoc/>
    protected override void Read(VmcoreSession session)
    {
        WithAddresses(session, Address, address =>
        {
            if (session.SymbolAt(address) is { } symbol)
            {
                WriteObject(symbol);
            }
            else
            {
                WriteNotFound("SymbolNotFound", address.Hex, $"{address.Hex} lies in no symbol of the kernel or its modules.");
            }
        });
        foreach (string name in Name.Length == 0 && Address.Length == 0 ? ["*"] : Name)
        {
            Find(session, name);
        }
    }

    private void Find(VmcoreSession session, string name)
    {
        bool any = false;
        foreach (LinuxSymbol symbol in session.FindSymbols(name))
        {
            Cancellation.ThrowIfCancellationRequested();
            any = true;
            WriteObject(symbol);
        }

        if (!any && name.IndexOfAny(['*', '?']) < 0)
        {
            WriteNotFound("SymbolNotFound", name, $"The kernel and its modules have no symbol '{name}', and none around it.");
        }
    }
}
