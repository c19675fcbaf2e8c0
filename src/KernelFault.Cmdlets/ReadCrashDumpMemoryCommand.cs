using System.Management.Automation;
using KernelFault.Analysis.Linux.Vmcores;

namespace KernelFault.Cmdlets;

/// <summary>Reads memory of a crashed Linux kernel: as bytes, as text, or as words with the symbols they point to.</summary>
[Cmdlet(VerbsCommunications.Read, "CrashDumpMemory")]
[OutputType(typeof(MemoryLine))]
public sealed class ReadCrashDumpMemoryCommand : VmcoreCmdlet
{
    /// <summary>Where to begin: a number, or a symbol with or without an offset.</summary>
    [Parameter(Mandatory = true, Position = 1)]
    [ValidateNotNullOrEmpty]
    public string Address { get; set; } = string.Empty;

    /// <summary>How many bytes.</summary>
    [Parameter(Position = 2)]
    [ValidateRange(1, 1 << 30)]
    public int Length { get; set; } = 64;

    /// <summary>Takes the address for a physical one.</summary>
    [Parameter]
    public SwitchParameter Physical { get; set; }

    /// <inheritdoc/>
    protected override void Read(VmcoreSession session) =>
        WithAddress(session, Address, found => WriteEach(session.ReadMemory(found, Length, Physical)));
}
