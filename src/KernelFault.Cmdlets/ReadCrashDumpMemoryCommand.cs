using System.Management.Automation;
using KernelFault.Analysis.Linux.Vmcores;
using KernelFault.Memory;

namespace KernelFault.Cmdlets;

/// <summary>Reads memory of a crashed Linux kernel: as bytes, as text, and as words with the symbols they point to.</summary>
[Cmdlet(VerbsCommunications.Read, "CrashDumpMemory", DefaultParameterSetName = "Path")]
[OutputType(typeof(MemoryLine))]
public sealed class ReadCrashDumpMemoryCommand : AddressCmdlet
{
    /// <summary>How many bytes.</summary>
    [Parameter(Position = 2)]
    [ValidateRange(1, 1 << 30)]
    public int Length { get; set; } = 64;

    /// <summary>Takes the addresses for physical ones.</summary>
    [Parameter]
    public SwitchParameter Physical { get; set; }

    /// <inheritdoc/>
    protected override void Read(VmcoreSession session, VirtualAddress address) => WriteEach(session.ReadMemory(address, Length, Physical));
}
