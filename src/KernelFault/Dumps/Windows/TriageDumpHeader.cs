using KernelFault.Memory;

namespace KernelFault.Dumps.Windows;

// TRIAGE_DUMP64 (0x80 bytes at 0x2000) and TRIAGE_DUMP32 (0x68 bytes at 0x1000) of ntiodump.h. The kernel writes
// TriageOptions 0x41 and bare driver names; a dump that Windows cut out of a larger one after the restart has 0xFFFFFFFF,
// full paths, and a larger set of data blocks.

/// <summary>The header of a triage dump's own part: where each piece of the file lies.</summary>
public sealed record TriageDumpHeader
{
    /// <summary><c>ServicePackBuild</c>; 0 since service packs ended.</summary>
    public required uint ServicePackBuild { get; init; }

    /// <summary><c>SizeOfDump</c>: bytes of the triage dump proper; secondary data follows.</summary>
    public required uint SizeOfDump { get; init; }

    /// <summary><c>ValidOffset</c>: file offset of the closing mark <c>TRGD</c>.</summary>
    public required uint ValidOffset { get; init; }

    /// <summary><c>ContextOffset</c>: file offset of the context record, inside the dump header.</summary>
    public required uint ContextOffset { get; init; }

    /// <summary><c>ExceptionOffset</c>: file offset of the exception record, inside the dump header.</summary>
    public required uint ExceptionOffset { get; init; }

    /// <summary><c>MmOffset</c>: file offset of the memory-manager block; 0 when there is none.</summary>
    public required uint MmOffset { get; init; }

    /// <summary><c>UnloadedDriversOffset</c>: file offset of the list of unloaded drivers; 0 when there is none.</summary>
    public required uint UnloadedDriversOffset { get; init; }

    /// <summary><c>PrcbOffset</c>: file offset of a copy of the <c>KPRCB</c>; 0 when there is none.</summary>
    public required uint PrcbOffset { get; init; }

    /// <summary><c>ProcessOffset</c>: file offset of a copy of the <c>EPROCESS</c>; 0 when there is none.</summary>
    public required uint ProcessOffset { get; init; }

    /// <summary><c>ThreadOffset</c>: file offset of a copy of the <c>ETHREAD</c>; 0 when there is none.</summary>
    public required uint ThreadOffset { get; init; }

    /// <summary><c>CallStackOffset</c>: file offset of the stack memory; 0 when there is none.</summary>
    public required uint CallStackOffset { get; init; }

    /// <summary><c>SizeOfCallStack</c> in bytes.</summary>
    public required uint SizeOfCallStack { get; init; }

    /// <summary><c>DriverListOffset</c>: file offset of the list of loaded drivers.</summary>
    public required uint DriverListOffset { get; init; }

    /// <summary><c>DriverCount</c>, as stored.</summary>
    public required uint DriverCount { get; init; }

    /// <summary><c>StringPoolOffset</c>: file offset of the driver names.</summary>
    public required uint StringPoolOffset { get; init; }

    /// <summary><c>StringPoolSize</c> in bytes.</summary>
    public required uint StringPoolSize { get; init; }

    /// <summary><c>BrokenDriverOffset</c>: file offset of the entry of the driver Windows blamed; 0 when it blamed none.</summary>
    public required uint BrokenDriverOffset { get; init; }

    /// <summary><c>TriageOptions</c>.</summary>
    public required uint TriageOptions { get; init; }

    /// <summary><c>TopOfStack</c>: virtual address of the first byte of the stack memory, despite its name.</summary>
    public required VirtualAddress TopOfStack { get; init; }

    /// <summary>The part that is Itanium's backing store, as stored; empty for 32-bit dumps.</summary>
    public required IReadOnlyList<ulong> ArchitectureSpecific { get; init; }

    /// <summary><c>DataPageAddress</c>: virtual address of an extra page; zero when there is none.</summary>
    public required VirtualAddress DataPageAddress { get; init; }

    /// <summary><c>DataPageOffset</c>: its file offset.</summary>
    public required uint DataPageOffset { get; init; }

    /// <summary><c>DataPageSize</c> in bytes.</summary>
    public required uint DataPageSize { get; init; }

    /// <summary><c>DebuggerDataOffset</c>: file offset of <c>KDDEBUGGER_DATA64</c>; 0 when there is none.</summary>
    public required uint DebuggerDataOffset { get; init; }

    /// <summary><c>DebuggerDataSize</c> in bytes.</summary>
    public required uint DebuggerDataSize { get; init; }

    /// <summary><c>DataBlocksOffset</c>: file offset of the table of data blocks; 0 when there is none.</summary>
    public required uint DataBlocksOffset { get; init; }

    /// <summary><c>DataBlocksCount</c>, as stored.</summary>
    public required uint DataBlocksCount { get; init; }
}
