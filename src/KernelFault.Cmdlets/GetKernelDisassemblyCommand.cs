using System.Management.Automation;
using KernelFault.Analysis.Linux.Vmcores;
using KernelFault.Kernels.Linux;
using KernelFault.Memory;

namespace KernelFault.Cmdlets;

/// <summary>Decodes code of a crashed Linux kernel from its memory.</summary>
[Cmdlet(VerbsCommon.Get, "KernelDisassembly", DefaultParameterSetName = "Path")]
[OutputType(typeof(DisassembledInstruction))]
public sealed class GetKernelDisassemblyCommand : AddressCmdlet
{
    /// <summary>How many instructions; up to the end of the function when it is not given.</summary>
    [Parameter(Position = 2)]
    [ValidateRange(1, int.MaxValue)]
    public int? Count { get; set; }

    /// <summary>How x86 instructions are written.</summary>
    [Parameter]
    public DisassemblySyntax Syntax { get; set; } = DisassemblySyntax.Intel;

    /// <inheritdoc/>
    protected override void Read(VmcoreSession session, VirtualAddress address) => WriteEach(session.Disassemble(address, Count, Syntax));
}
