namespace KernelFault.Tests.Builders;

/// <summary>Writes a Windows triage dump (minidump) of an x64, ARM64 or x86 machine, structure by structure.</summary>
/// <remarks>
/// The order of the parts is the one of real files: header, <c>TRIAGE_DUMP</c>, memory-manager block, KPRCB, EPROCESS, ETHREAD, call
/// stack, debugger data, driver list, string pool, block list, blocks, <c>TRGD</c>, tagged blobs. Unloaded drivers lie behind the
/// memory-manager block in older files (<see cref="UnloadedFirst"/>) and behind the debugger data in newer ones.
/// What a property leaves null is not written, so that the header keeps its <c>PAGE</c> there.
/// </remarks>
internal sealed record WindowsTriageDumpBuilder
{
    private FieldWriter _out = new();

    public TriageFormat Format { get; init; } = TriageFormat.Wide;
    public uint MachineImageType { get; init; } = 0x8664;
    public uint MajorVersion { get; init; } = 15;
    public required uint BuildNumber { get; init; }
    public ulong DirectoryTableBase { get; init; } = 0x1AD000;
    public ulong PfnDataBase { get; init; }
    public ulong PsLoadedModuleList { get; init; }
    public ulong PsActiveProcessHead { get; init; }
    public uint NumberProcessors { get; init; } = 8;
    public required uint BugCheckCode { get; init; }
    public required ulong[] BugCheckParameters { get; init; }
    public string? VersionUser { get; init; }
    public byte? PaeEnabled { get; init; }
    public byte? KdSecondaryVersion { get; init; }
    public ulong KdDebuggerDataBlock { get; init; }
    public byte[]? PhysicalMemoryBlock { get; init; }
    public byte[]? Context { get; init; }

    /// <summary>Newer Windows clears the whole room of the context, older leaves <c>PAGE</c> behind it.</summary>
    public bool ClearContextRoom { get; init; }
    public ExceptionEntry? Exception { get; init; }
    public uint DumpType { get; init; } = 4;
    public ulong? RequiredDumpSpace { get; init; }
    public ulong? SystemTime { get; init; }
    public ulong? SystemUpTime { get; init; }
    public string? Comment { get; init; }
    public uint? MiniDumpFields { get; init; } = 0xDFF;
    public uint? SecondaryDataState { get; init; } = 0;
    public uint? ProductType { get; init; } = 1;
    public uint? SuiteMask { get; init; } = 0x310;
    public uint? WriterStatus { get; init; }
    public uint? Attributes { get; init; } = 8;
    public uint? BootId { get; init; }

    /// <summary>The rest of a header that names a type without triage structures: nothing follows it but these bytes.</summary>
    public byte[]? BehindHeader { get; init; }

    public uint ServicePackBuild { get; init; }
    public uint TriageOptions { get; init; } = 0x41;
    public bool UnloadedFirst { get; init; }
    public ulong TopOfStack { get; init; }
    public byte[]? CallStack { get; init; }
    public MemoryManagerBlock? MemoryManager { get; init; } = new();
    public byte[]? Prcb { get; init; }
    public byte[]? Process { get; init; }
    public byte[]? Thread { get; init; }
    public byte[]? DebuggerData { get; init; }
    public IReadOnlyList<DriverEntry> Drivers { get; init; } = [];
    public IReadOnlyList<UnloadedEntry> UnloadedDrivers { get; init; } = [];
    public IReadOnlyList<DataBlock> DataBlocks { get; init; } = [];

    /// <summary>Bytes the string pool takes, used or not; null for as many as it needs.</summary>
    public uint? StringPoolSize { get; init; }

    /// <summary>How many unloaded drivers there is room for; null for as many as there are.</summary>
    public int? UnloadedRoom { get; init; }

    /// <summary>Where <c>TRGD</c> is; null for right behind the last block.</summary>
    public uint? ValidOffset { get; init; }

    /// <summary>The blobs behind the dump; null for none, not even their file header.</summary>
    public IReadOnlyList<TaggedBlob>? Blobs { get; init; }

    /// <summary><c>NtBuildNumber</c> in the blobs' file header; null for the build with the bits of a free build.</summary>
    public uint? BlobBuildNumber { get; init; }

    /// <summary>Every field of the last built file.</summary>
    public IReadOnlyList<DumpField> Fields => _out.Fields;

    public byte[] Build()
    {
        _out = new FieldWriter();
        new DumpHeaderWriter(this, _out).Write();
        if (BehindHeader is not null)
        {
            _out.Bytes("BehindHeader", Format.HeaderSize, BehindHeader);
        }
        else
        {
            new TriageBodyWriter(this, _out).Write();
        }

        if (RequiredDumpSpace is null)
        {
            _out.U64("Header.RequiredDumpSpace", Format.RequiredDumpSpace, (ulong)_out.Length);
        }

        return _out.ToArray();
    }
}
