using System.Buffers.Binary;
using System.Text;

namespace KernelFault.Tests.Builders;

/// <summary>Takes a real 64-bit triage dump apart into a builder, independently of the engine: the builder is checked against real files with it.</summary>
/// <remarks>Reads trusting: it is only ever given whole files.</remarks>
internal sealed class TriageDumpTaker(byte[] file)
{
    private const int Triage = 0x2000;
    private const uint NeverWritten = 0x45474150;

    public WindowsTriageDumpBuilder Take()
    {
        int contextEnd = 0x348 + 0x4D0;
        int prcb = Part(0x1C), process = Part(0x20), thread = Part(0x24), stack = Part(0x28), debugger = Part(0x70), unloaded = Part(0x18);
        int drivers = Part(0x30), pool = Part(0x38);
        bool unloadedFirst = unloaded < prcb;
        return new WindowsTriageDumpBuilder
        {
            MajorVersion = U32(8),
            BuildNumber = U32(12),
            DirectoryTableBase = U64(0x10),
            PfnDataBase = U64(0x18),
            PsLoadedModuleList = U64(0x20),
            PsActiveProcessHead = U64(0x28),
            MachineImageType = U32(0x30),
            NumberProcessors = U32(0x34),
            BugCheckCode = U32(0x38),
            BugCheckParameters = [U64(0x40), U64(0x48), U64(0x50), U64(0x58)],
            VersionUser = U32(0x60) == NeverWritten ? null : Latin(0x60, 32),
            KdDebuggerDataBlock = U64(0x80),
            PhysicalMemoryBlock = U32(0x88) == NeverWritten ? null : Bytes(0x88, 700),
            ClearContextRoom = U32(contextEnd) != NeverWritten,
            Context = Bytes(0x348, U32(contextEnd) == NeverWritten ? 0x4D0 : 3000),
            Exception = new ExceptionEntry(U32(0xF00), U32(0xF04), U64(0xF10), [.. Enumerable.Range(0, (int)U32(0xF18)).Select(i => U64(0xF20 + (8 * i)))]) { Nested = U64(0xF08) },
            DumpType = U32(0xF98),
            RequiredDumpSpace = U64(0xFA0),
            SystemTime = U64(0xFA8),
            SystemUpTime = U64(0x1030),
            Comment = U32(0xFB0) == NeverWritten ? null : Latin(0xFB0, 128),
            MiniDumpFields = Optional(0x1038),
            SecondaryDataState = Optional(0x103C),
            ProductType = Optional(0x1040),
            SuiteMask = Optional(0x1044),
            WriterStatus = Optional(0x1048),
            KdSecondaryVersion = file[0x104D] == (byte)'A' ? null : file[0x104D],
            Attributes = Optional(0x1050),
            BootId = Optional(0x1054),
            ServicePackBuild = U32(Triage),
            TriageOptions = U32(Triage + 0x44),
            TopOfStack = U64(Triage + 0x48),
            ValidOffset = U32(Triage + 8),
            UnloadedFirst = unloadedFirst,
            MemoryManager = TakeMemoryManager(Part(0x14)),
            Prcb = Bytes(prcb, process - prcb),
            Process = Bytes(process, thread - process),
            Thread = Bytes(thread, stack - thread),
            CallStack = Bytes(stack, Part(0x2C)),
            DebuggerData = Bytes(debugger, Part(0x74)),
            Drivers = [.. Enumerable.Range(0, Part(0x34)).Select(i => TakeDriver(drivers + (0x90 * i)))],
            UnloadedDrivers = [.. Enumerable.Range(0, (int)U32(unloaded)).Select(i => TakeUnloaded(unloaded + 8 + (0x38 * i)))],
            UnloadedRoom = ((unloadedFirst ? prcb : drivers) - unloaded - 8) / 0x38,
            StringPoolSize = (uint)Part(0x3C),
            DataBlocks = [.. Enumerable.Range(0, Part(0x7C)).Select(i => TakeBlock(Part(0x78) + (16 * i)))],
            Blobs = TakeBlobs(Part(4)),
            BlobBuildNumber = Part(4) + 16 <= file.Length ? U32(Part(4) + 12) : null,
        };
    }

    private MemoryManagerBlock TakeMemoryManager(int at) => new()
    {
        Version = U32(at),
        SpecialPoolTag = U32(at + 8),
        TriageActionTaken = U32(at + 12),
        VerifyDriverLevel = U32(at + 16),
        KernelVerifier = U32(at + 20),
        MaximumNonPagedPool = U64(at + 24),
        AllocatedNonPagedPool = U64(at + 32),
        PagedPoolMaximum = U64(at + 40),
        PagedPoolAllocated = U64(at + 48),
        CommittedPages = U64(at + 56),
        CommittedPagesPeak = U64(at + 64),
        CommitLimitMaximum = U64(at + 72),
    };

    private DriverEntry TakeDriver(int at)
    {
        int name = (int)U32(at);
        int ldr = at + 8;
        return new DriverEntry(Encoding.Unicode.GetString(file, name + 4, 2 * (int)U32(name)), U64(ldr + 0x30), U32(ldr + 0x40), U32(ldr + 0x80), U32(ldr + 0x78))
        {
            Flink = U64(ldr),
            Blink = U64(ldr + 8),
            ExceptionTable = U64(ldr + 0x10),
            ExceptionTableSize = U64(ldr + 0x18),
            GpValue = U64(ldr + 0x20),
            NonPagedDebugInfo = U64(ldr + 0x28),
            EntryPoint = U64(ldr + 0x38),
            FullDllName = new CountedString(U16(ldr + 0x48), U16(ldr + 0x4A), U64(ldr + 0x50)),
            BaseDllName = new CountedString(U16(ldr + 0x58), U16(ldr + 0x5A), U64(ldr + 0x60)),
            Flags = U32(ldr + 0x68),
            LoadCount = U16(ldr + 0x6C),
            Undefined5 = U16(ldr + 0x6E),
            SectionPointer = U64(ldr + 0x70),
        };
    }

    private UnloadedEntry TakeUnloaded(int at) =>
        new(Encoding.Unicode.GetString(file, at + 16, Math.Min((int)U16(at), 24)), U64(at + 0x28), U64(at + 0x30), U64(at + 8))
        {
            RawName = Bytes(at + 16, 24),
            Length = U16(at),
            MaximumLength = U16(at + 2),
        };

    private DataBlock TakeBlock(int at) => new(U64(at), Bytes((int)U32(at + 8), (int)U32(at + 12)));

    private List<TaggedBlob>? TakeBlobs(int at)
    {
        if (at + 16 > file.Length || U32(at) != 0x706D7544)
        {
            return null;
        }

        var blobs = new List<TaggedBlob>();
        at += (int)U32(at + 8);
        while (at + 32 <= file.Length && U32(at) == 32)
        {
            int data = at + 32 + (int)U32(at + 24);
            int size = (int)U32(at + 20);
            if (size > file.Length - data)
            {
                break;
            }

            blobs.Add(new TaggedBlob(new Guid(Bytes(at + 4, 16)), Bytes(data, size)) { PostPad = (int)U32(at + 28) });
            at = data + size + (int)U32(at + 28);
        }

        return blobs;
    }

    private int Part(int field) => (int)U32(Triage + field);

    private uint? Optional(int at) => U32(at) == NeverWritten ? null : U32(at);

    private byte[] Bytes(int at, int size) => file.AsSpan(at, size).ToArray();

    private string Latin(int at, int size) => Encoding.Latin1.GetString(file, at, size);

    private ushort U16(int at) => BinaryPrimitives.ReadUInt16LittleEndian(file.AsSpan(at));

    private uint U32(int at) => BinaryPrimitives.ReadUInt32LittleEndian(file.AsSpan(at));

    private ulong U64(int at) => BinaryPrimitives.ReadUInt64LittleEndian(file.AsSpan(at));
}
