using KernelFault.Memory;
using static KernelFault.Dumps.Windows.LittleEndian;

namespace KernelFault.Dumps.Windows;

// A triage dump holds copies of KPRCB, EPROCESS and ETHREAD but not where they were. The copies tell it themselves: by
// their empty lists (StructureAddress), and by each other: the PRCB names the current thread, the thread its process
// (KTHREAD.ApcState.Process, the process whose address space is in use). Offsets come from the dump's KDDEBUGGER_DATA64.

/// <summary>The virtual addresses of the structures that a triage dump holds copies of.</summary>
internal static class TriageStructureAddresses
{
    /// <summary>The current thread by its own lists, else by the PRCB; null when neither tells.</summary>
    internal static VirtualAddress? Thread(WindowsTriageDump dump) =>
        Proved(dump, TriageSlice.Thread) ?? ThreadByPrcb(dump);

    /// <summary>The current thread as the PRCB names it; null when not told or no kernel address.</summary>
    internal static VirtualAddress? ThreadByPrcb(WindowsTriageDump dump) =>
        Pointer(dump, TriageSlice.Prcb, dump.DebuggerData?.OffsetOf("OffsetPrcbCurrentThread"));

    /// <summary>The process by its own lists, else by the thread; null when neither tells.</summary>
    internal static VirtualAddress? Process(WindowsTriageDump dump) =>
        Proved(dump, TriageSlice.Process) ?? ProcessByThread(dump);

    /// <summary>The process as the thread names it; null when not told or no kernel address.</summary>
    internal static VirtualAddress? ProcessByThread(WindowsTriageDump dump) =>
        Pointer(dump, TriageSlice.Thread, dump.DebuggerData?.OffsetOf("OffsetKThreadApcProcess"));

    /// <summary>The PRCB by its own lists; null when they do not tell.</summary>
    internal static VirtualAddress? Prcb(WindowsTriageDump dump) => Proved(dump, TriageSlice.Prcb);

    /// <summary>Adds the copies whose address is known to the pieces of memory.</summary>
    internal static void AddPieces(WindowsTriageDump dump, List<TriageDataBlock> pieces)
    {
        TriageDumpHeader triage = dump.Triage;
        Add(pieces, Prcb(dump), triage.PrcbOffset, dump.Slice(TriageSlice.Prcb).Length);
        Add(pieces, Thread(dump), triage.ThreadOffset, dump.Slice(TriageSlice.Thread).Length);
        Add(pieces, Process(dump), triage.ProcessOffset, dump.Slice(TriageSlice.Process).Length);
    }

    /// <summary>True for an address in kernel space that a pointer-aligned structure can have.</summary>
    internal static bool IsKernelPointer(ulong value, bool is64Bit) =>
        (value & (is64Bit ? 7u : 3u)) == 0 && (is64Bit ? value >> 47 == 0x1FFFF : value is >= 0x8000_0000 and <= 0xFFFF_FFFF);

    private static VirtualAddress? Proved(WindowsTriageDump dump, TriageSlice slice) =>
        StructureAddress.Prove(dump.Slice(slice), dump.Header.Is64Bit) is { } address ? new VirtualAddress(address) : null;

    private static VirtualAddress? Pointer(WindowsTriageDump dump, TriageSlice slice, uint? offset)
    {
        bool is64Bit = dump.Header.Is64Bit;
        return offset is not null && TryPointer(dump.Slice(slice), offset.Value, is64Bit, out ulong value) && IsKernelPointer(value, is64Bit)
            ? new VirtualAddress(value)
            : null;
    }

    private static void Add(List<TriageDataBlock> pieces, VirtualAddress? address, uint offset, int length)
    {
        if (address is not null && offset != 0 && length > 0)
        {
            pieces.Add(new TriageDataBlock(address.Value, offset, (uint)length));
        }
    }
}
