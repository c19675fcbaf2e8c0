using KernelFault.Memory;

namespace KernelFault.Dumps.Windows;

// KDDEBUGGER_DATA64 of wdbgexts.h: what every kernel tells a debugger about itself. Encoded in a running kernel's memory,
// plain in a triage dump. It grew with each Windows; a field past the block's own Size is null. Windows 10 and later leave
// most of the memory manager's ranges zero: those are null too.

/// <summary>The kernel's own description of itself: addresses of its variables and offsets inside its structures.</summary>
public sealed record KdDebuggerData
{
    /// <summary><c>Header.Size</c>: bytes of the block as the kernel filled it.</summary>
    public required uint Size { get; init; }

    /// <summary><c>KernBase</c>: base of the kernel image.</summary>
    public required VirtualAddress KernelBase { get; init; }

    /// <summary><c>PsLoadedModuleList</c>: address of the list head.</summary>
    public VirtualAddress? PsLoadedModuleList { get; init; }

    /// <summary><c>PsActiveProcessHead</c>: address of the list head.</summary>
    public VirtualAddress? PsActiveProcessHead { get; init; }

    /// <summary><c>KiBugcheckData</c>: address of the stop code and its four parameters, as the kernel keeps them.</summary>
    public VirtualAddress? KiBugCheckData { get; init; }

    /// <summary><c>KiProcessorBlock</c>: address of the array of <c>KPRCB</c> pointers.</summary>
    public VirtualAddress? KiProcessorBlock { get; init; }

    /// <summary><c>NtBuildLab</c>: address of the build string.</summary>
    public VirtualAddress? NtBuildLab { get; init; }

    /// <summary><c>MmUnloadedDrivers</c>: address of the pointer to the kernel's list of unloaded drivers.</summary>
    public VirtualAddress? MmUnloadedDrivers { get; init; }

    /// <summary><c>MmLastUnloadedDriver</c>: address of the index of the next entry to fill.</summary>
    public VirtualAddress? MmLastUnloadedDriver { get; init; }

    /// <summary><c>MmVerifierData</c>: address of Driver Verifier's counters (<c>MM_DRIVER_VERIFIER_DATA</c>).</summary>
    public VirtualAddress? MmVerifierData { get; init; }

    /// <summary><c>KernelVerifier</c>: address of the flag that the kernel itself is verified.</summary>
    public VirtualAddress? KernelVerifier { get; init; }

    /// <summary><c>MmPageSize</c> in bytes.</summary>
    public ulong? PageSize { get; init; }

    /// <summary><c>PteBase</c>: first page-table entry of the self-map, Windows 10 version 1607 and later.</summary>
    public VirtualAddress? PteBase { get; init; }

    /// <summary>The address of every other variable by its official name, where it is not zero.</summary>
    /// <remarks>
    /// These are addresses <em>of</em> variables such as <c>MmPagedPoolStart</c>, not the ranges themselves; the value has
    /// to be read from the dump's memory and often is not in it.
    /// </remarks>
    public required IReadOnlyDictionary<string, VirtualAddress> Variables { get; init; }

    /// <summary><c>SizePrcb</c> in bytes.</summary>
    public ushort? SizePrcb { get; init; }

    /// <summary><c>SizeEProcess</c> in bytes.</summary>
    public ushort? SizeEProcess { get; init; }

    /// <summary><c>SizeEThread</c> in bytes.</summary>
    public ushort? SizeEThread { get; init; }

    /// <summary>The offset in bytes of every structure field the block names, by its official name such as <c>OffsetPrcbCurrentThread</c>.</summary>
    /// <remarks>No entry means "not told"; an offset of zero is only kept where it can be one.</remarks>
    public required IReadOnlyDictionary<string, uint> Offsets { get; init; }

    /// <summary>One offset.</summary>
    /// <param name="name">The official name.</param>
    /// <returns>Bytes; null when the block does not tell it.</returns>
    public uint? OffsetOf(string name) => Offsets.TryGetValue(name, out uint offset) ? offset : null;
}
