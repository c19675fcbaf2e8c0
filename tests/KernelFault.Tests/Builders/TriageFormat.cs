namespace KernelFault.Tests.Builders;

/// <summary>What differs between the 32-bit and the 64-bit structures of a triage dump.</summary>
/// <remarks>
/// <c>DUMP_HEADER32</c>/<c>64</c>, <c>TRIAGE_DUMP32</c>/<c>64</c>, <c>DUMP_DRIVER_ENTRY32</c>/<c>64</c> and their parts as the
/// Windows headers declare them; the 64-bit numbers are checked against real files, the 32-bit ones follow the declarations.
/// </remarks>
internal sealed record TriageFormat
{
    public required bool Is64 { get; init; }
    public required int HeaderSize { get; init; }

    // Header.
    public required int MachineImageType { get; init; }
    public required int BugCheckCode { get; init; }
    public required int BugCheckParameters { get; init; }
    public required int VersionUser { get; init; }
    public required int KdDebuggerDataBlock { get; init; }
    public required int PhysicalMemoryBlock { get; init; }
    public required int Context { get; init; }
    public required int ContextRoom { get; init; }
    public required int Exception { get; init; }
    public required int Comment { get; init; }
    public required int DumpType { get; init; }
    public required int RequiredDumpSpace { get; init; }
    public required int SystemTime { get; init; }
    public required int SystemUpTime { get; init; }
    public required int MiniDumpFields { get; init; }
    public required int Attributes { get; init; }

    // TRIAGE_DUMP, from its own start.
    public required int TopOfStack { get; init; }
    public required int DebuggerDataOffset { get; init; }
    public required int TriageSize { get; init; }

    // DUMP_DRIVER_ENTRY, from its own start.
    public required int DriverStride { get; init; }
    public required int UnloadedStride { get; init; }

    public int Pointer => Is64 ? 8 : 4;

    public static TriageFormat Wide { get; } = new()
    {
        Is64 = true,
        HeaderSize = 0x2000,
        MachineImageType = 0x30,
        BugCheckCode = 0x38,
        BugCheckParameters = 0x40,
        VersionUser = 0x60,
        KdDebuggerDataBlock = 0x80,
        PhysicalMemoryBlock = 0x88,
        Context = 0x348,
        ContextRoom = 3000,
        Exception = 0xF00,
        Comment = 0xFB0,
        DumpType = 0xF98,
        RequiredDumpSpace = 0xFA0,
        SystemTime = 0xFA8,
        SystemUpTime = 0x1030,
        MiniDumpFields = 0x1038,
        Attributes = 0x1050,
        TopOfStack = 0x48,
        DebuggerDataOffset = 0x70,
        TriageSize = 0x80,
        DriverStride = 0x90,
        UnloadedStride = 0x38,
    };

    public static TriageFormat Narrow { get; } = new()
    {
        Is64 = false,
        HeaderSize = 0x1000,
        MachineImageType = 0x20,
        BugCheckCode = 0x28,
        BugCheckParameters = 0x2C,
        VersionUser = 0x3C,
        KdDebuggerDataBlock = 0x60,
        PhysicalMemoryBlock = 0x64,
        Context = 0x320,
        ContextRoom = 1200,
        Exception = 0x7D0,
        Comment = 0x820,
        DumpType = 0xF88,
        RequiredDumpSpace = 0xFA0,
        SystemTime = 0xFC0,
        SystemUpTime = 0xFB8,
        MiniDumpFields = 0xF8C,
        Attributes = 0x8A0,
        TopOfStack = 0x48,
        DebuggerDataOffset = 0x58,
        TriageSize = 0x68,
        DriverStride = 0x4C,
        UnloadedStride = 0x28,
    };
}
