namespace KernelFault.Tests.Builders;

/// <summary>A machine that never was: what all dumps of it have in common.</summary>
internal sealed record SyntheticMachine
{
    public required TriageFormat Format { get; init; }
    public required KernelLayout Layout { get; init; }
    public required uint MachineImageType { get; init; }
    public required uint BuildNumber { get; init; }
    public required ulong KernelBase { get; init; }
    public required IReadOnlyList<DriverEntry> Drivers { get; init; }
    public IReadOnlyList<UnloadedEntry> UnloadedDrivers { get; init; } = [];
    public required ulong ThreadAddress { get; init; }
    public required ulong ProcessAddress { get; init; }
    public required ulong StackBase { get; init; }
    public required ulong StackLimit { get; init; }
    public ulong DirectoryTableBase { get; init; } = 0x1AE000;
    public string ProcessorVendor { get; init; } = "GenuineIntel";
    public uint ProcessorNumber { get; init; } = 3;
    public uint NumberProcessors { get; init; } = 8;
    public byte Irql { get; init; } = 2;
    public string ProcessName { get; init; } = "System";
    public ulong ProcessId { get; init; } = 4;
    public ulong ThreadId { get; init; } = 0x1D4;
    public ulong PsLoadedModuleList => KernelBase + (Format.Is64 ? 0xEF4790u : 0x13C850u);
    public ulong PsActiveProcessHead => KernelBase + (Format.Is64 ? 0xF04E30u : 0x132E98u);

    /// <summary>UTC.</summary>
    public DateTime CrashTime { get; init; } = new(2026, 3, 14, 9, 26, 53, DateTimeKind.Utc);

    /// <summary>A driver's address: base and offset.</summary>
    public ulong Address(string driver, uint offset)
    {
        DriverEntry entry = Drivers.First(d => d.Name.EndsWith(driver, StringComparison.OrdinalIgnoreCase));
        return offset < entry.SizeOfImage
            ? entry.DllBase + offset
            : throw new ArgumentOutOfRangeException(nameof(offset), $"{driver} has 0x{entry.SizeOfImage:x} bytes.");
    }

    /// <summary>A builder with everything but the crash filled in.</summary>
    public WindowsTriageDumpBuilder Crash(uint code, ulong[] parameters, byte[] context, KernelStack stack, IReadOnlyList<DataBlock> blocks) => new()
    {
        Format = Format,
        MachineImageType = MachineImageType,
        BuildNumber = BuildNumber,
        DirectoryTableBase = DirectoryTableBase,
        PfnDataBase = Format.Is64 ? 0xFFFF_D000_0000_0000 : 0x8380_0000,
        PsLoadedModuleList = PsLoadedModuleList,
        PsActiveProcessHead = PsActiveProcessHead,
        NumberProcessors = NumberProcessors,
        BugCheckCode = code,
        BugCheckParameters = parameters,
        VersionUser = string.Empty,
        PaeEnabled = Format.Is64 ? null : 1,
        KdDebuggerDataBlock = KernelBase + (Format.Is64 ? 0xE01040u : 0x12CBE8u),
        PhysicalMemoryBlock = PhysicalMemory(),
        Context = context,
        Exception = new ExceptionEntry(0x80000003, 1, InstructionPointer(context)),
        SystemTime = (ulong)CrashTime.ToFileTimeUtc(),
        SystemUpTime = 0x6_4B2F_1A80,
        MiniDumpFields = 0xDFF,
        BootId = 42,
        TopOfStack = stack.Start,
        CallStack = stack.Bytes,
        MemoryManager = new MemoryManagerBlock
        {
            MaximumNonPagedPool = Format.Is64 ? 0x1_0000_0000u : 0x3_0000u,
            AllocatedNonPagedPool = 0x1_3A20,
            PagedPoolMaximum = Format.Is64 ? 0x1_0000_0000u : 0x7_D000u,
            PagedPoolAllocated = 0x1_88C4,
            CommittedPages = Format.Is64 ? 0x1D_40A2u : 0x6_40A2u,
            CommittedPagesPeak = Format.Is64 ? 0x22_9B10u : 0x7_9B10u,
            CommitLimitMaximum = Format.Is64 ? 0x4C_71A0u : 0xF_71A0u,
        },
        Prcb = Layout.Prcb(this),
        Process = Layout.Process(this),
        Thread = Layout.Thread(this),
        DebuggerData = Layout.DebuggerData(this),
        Drivers = Drivers,
        UnloadedDrivers = UnloadedDrivers,
        DataBlocks = [.. blocks.Select(b => b with { Address = Layout.Extended(b.Address) })],
    };

    private ulong InstructionPointer(byte[] context) => MachineImageType switch
    {
        0x8664 => BitConverter.ToUInt64(context, 0xF8),
        0xAA64 => BitConverter.ToUInt64(context, 0x108),
        _ => BitConverter.ToUInt32(context, 0xB8),
    };

    // PHYSICAL_MEMORY_DESCRIPTOR: number of runs, number of pages, then base and count of each run.
    private byte[] PhysicalMemory()
    {
        var file = new FieldWriter();
        file.Fill(0, 700, "PAGE"u8);
        int p = Format.Pointer;
        (ulong Base, ulong Count)[] runs = [(1, 0x9E), (0x100, 0x7_FF00)];
        file.Pointer("NumberOfRuns", 0, (ulong)runs.Length, Format.Is64);
        file.Pointer("NumberOfPages", p, 0x7_FF9E, Format.Is64);
        for (int i = 0; i < runs.Length; i++)
        {
            file.Pointer("BasePage", (2 + (2 * i)) * p, runs[i].Base, Format.Is64);
            file.Pointer("PageCount", (3 + (2 * i)) * p, runs[i].Count, Format.Is64);
        }

        return file.ToArray();
    }
}
