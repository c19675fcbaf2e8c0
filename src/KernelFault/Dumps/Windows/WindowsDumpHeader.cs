using KernelFault.Memory;

namespace KernelFault.Dumps.Windows;

// DUMP_HEADER64 (8 KiB, signature "PAGE" "DU64") and DUMP_HEADER32 (4 KiB, "PAGE" "DUMP"), documented by the Windows
// Debugging Tools' headers. Windows fills the header with the text "PAGE" before it writes fields, so a field that still
// reads "PAGE" was never written: it is null here.

/// <summary>The header every Windows kernel dump starts with.</summary>
public sealed record WindowsDumpHeader
{
    /// <summary>True for the 64-bit header (<c>PAGEDU64</c>), false for the 32-bit one (<c>PAGEDUMP</c>).</summary>
    public required bool Is64Bit { get; init; }

    /// <summary><c>MajorVersion</c>: 15 for a free build, 12 for a checked build.</summary>
    public required uint MajorVersion { get; init; }

    /// <summary><c>MinorVersion</c>: the build number, such as 19041.</summary>
    public required uint BuildNumber { get; init; }

    /// <summary><c>MachineImageType</c> as an architecture.</summary>
    public required Architecture Architecture { get; init; }

    /// <summary><c>MachineImageType</c>, an <c>IMAGE_FILE_MACHINE</c> number.</summary>
    public required uint MachineImageType { get; init; }

    /// <summary><c>DirectoryTableBase</c>: physical address of the top page table (CR3).</summary>
    public required PhysicalAddress DirectoryTableBase { get; init; }

    /// <summary><c>PfnDataBase</c>: virtual address; null when never written.</summary>
    public VirtualAddress? PfnDatabase { get; init; }

    /// <summary><c>PsLoadedModuleList</c>: virtual address of a list head in the kernel's data; null when never written.</summary>
    public VirtualAddress? PsLoadedModuleList { get; init; }

    /// <summary><c>PsActiveProcessHead</c>: virtual address; null when never written.</summary>
    public VirtualAddress? PsActiveProcessHead { get; init; }

    /// <summary><c>KdDebuggerDataBlock</c>: virtual address; null when never written.</summary>
    public VirtualAddress? KdDebuggerDataBlock { get; init; }

    /// <summary><c>NumberProcessors</c>.</summary>
    public required uint NumberProcessors { get; init; }

    /// <summary><c>BugCheckCode</c> exactly as stored; a triage dump may carry the flag 0x10000000.</summary>
    public required uint BugCheckCode { get; init; }

    /// <summary><c>BugCheckParameter1</c> to 4; 32-bit ones zero-extended.</summary>
    public required IReadOnlyList<ulong> BugCheckParameters { get; init; }

    /// <summary><c>DumpType</c>: the number of the dump type.</summary>
    public required uint DumpType { get; init; }

    /// <summary><c>RequiredDumpSpace</c> in bytes; null when never written.</summary>
    public ulong? RequiredDumpSpace { get; init; }

    /// <summary><c>SystemTime</c>: when the machine crashed, UTC; null when never written or out of range.</summary>
    public DateTime? SystemTime { get; init; }

    /// <summary><c>SystemUpTime</c>: time since start; null when never written.</summary>
    public TimeSpan? SystemUpTime { get; init; }

    /// <summary><c>ProductType</c>: 1 workstation, 2 domain controller, 3 server; null when never written.</summary>
    public uint? ProductType { get; init; }

    /// <summary><c>SuiteMask</c>: <c>VER_SUITE_</c> bits; null when never written.</summary>
    public uint? SuiteMask { get; init; }

    /// <summary><c>Comment</c>: text of who made the dump; null when never written.</summary>
    public string? Comment { get; init; }

    /// <summary><c>VersionUser</c>; null when never written.</summary>
    public string? VersionUser { get; init; }

    /// <summary><c>SecondaryDataState</c>: <c>STATUS_</c> of writing the secondary data; null when never written.</summary>
    public uint? SecondaryDataState { get; init; }

    /// <summary><c>WriterStatus</c>: a code of the dump writer; null when never written.</summary>
    public uint? WriterStatus { get; init; }

    /// <summary><c>MiniDumpFields</c>; null when never written.</summary>
    public uint? MiniDumpFields { get; init; }

    /// <summary><c>KdSecondaryVersion</c>; null when never written.</summary>
    public byte? KdSecondaryVersion { get; init; }

    /// <summary><c>Attributes</c>: <c>DUMP_FILE_ATTRIBUTES</c> bits (Hiber, live, compressed …); null when never written.</summary>
    public uint? Attributes { get; init; }

    /// <summary><c>BootId</c>: counts starts of this installation; null when never written.</summary>
    public uint? BootId { get; init; }

    /// <summary>The exception record in the header; null when never written.</summary>
    public WindowsExceptionRecord? Exception { get; init; }

    /// <summary>The registers in the header's context record; null when never written or not readable.</summary>
    public RegisterSet? Context { get; init; }
}
