using KernelFault.Dumps;
using KernelFault.Dumps.Windows;
using KernelFault.Memory;

namespace KernelFault.Tests.Builders;

/// <summary>Turns what the engine read from a real dump into a builder: the opposite direction of the whole reader.</summary>
/// <remarks>Needs the engine's internals, so it is for the tests only.</remarks>
internal static class ReadFacts
{
    public static WindowsTriageDumpBuilder ToBuilder(WindowsTriageDump dump)
    {
        WindowsDumpHeader header = dump.Header;
        MemoryManagerBlock? memoryManager = MemoryManager(dump.Slice(TriageSlice.MemoryManager), header.Is64Bit);
        return new WindowsTriageDumpBuilder
        {
            Format = header.Is64Bit ? TriageFormat.Wide : TriageFormat.Narrow,
            MachineImageType = header.MachineImageType,
            MajorVersion = header.MajorVersion,
            BuildNumber = header.BuildNumber,
            DirectoryTableBase = header.DirectoryTableBase.ToUInt64(),
            PfnDataBase = Value(header.PfnDatabase),
            PsLoadedModuleList = Value(header.PsLoadedModuleList),
            PsActiveProcessHead = Value(header.PsActiveProcessHead),
            KdDebuggerDataBlock = Value(header.KdDebuggerDataBlock),
            NumberProcessors = header.NumberProcessors,
            BugCheckCode = header.BugCheckCode,
            BugCheckParameters = [.. header.BugCheckParameters],
            VersionUser = header.VersionUser,
            Comment = header.Comment,
            Context = header.Context is { } context ? Context(context) : null,
            Exception = header.Exception is { } e ? new ExceptionEntry(e.Code, e.Flags, e.Address.ToUInt64(), [.. e.Parameters]) { Nested = Value(e.Nested) } : null,
            DumpType = header.DumpType,
            RequiredDumpSpace = header.RequiredDumpSpace,
            SystemTime = (ulong?)header.SystemTime?.ToFileTimeUtc(),
            SystemUpTime = (ulong?)header.SystemUpTime?.Ticks,
            MiniDumpFields = header.MiniDumpFields,
            SecondaryDataState = header.SecondaryDataState,
            ProductType = header.ProductType,
            SuiteMask = header.SuiteMask,
            WriterStatus = header.WriterStatus,
            KdSecondaryVersion = header.KdSecondaryVersion,
            Attributes = header.Attributes,
            BootId = header.BootId,
            ServicePackBuild = dump.Triage.ServicePackBuild,
            TriageOptions = dump.Triage.TriageOptions,
            TopOfStack = dump.Triage.TopOfStack.ToUInt64(),
            CallStack = dump.Stack.ToArray(),
            MemoryManager = memoryManager,
            Prcb = dump.Slice(TriageSlice.Prcb).ToArray(),
            Process = dump.Slice(TriageSlice.Process).ToArray(),
            Thread = dump.Slice(TriageSlice.Thread).ToArray(),
            DebuggerData = dump.Slice(TriageSlice.DebuggerData).ToArray(),
            Drivers = [.. dump.Drivers.Select(d => new DriverEntry(d.FullName, d.BaseAddress.ToUInt64(), d.SizeOfImage, d.TimeDateStamp ?? 0, d.CheckSum ?? 0))],
            UnloadedDrivers = [.. dump.UnloadedDrivers.Select(d => new UnloadedEntry(d.Name, d.StartAddress.ToUInt64(), d.EndAddress.ToUInt64()))],
            DataBlocks = [.. dump.DataBlocks.Select(b => Block(dump, b))],
            Blobs = dump.SecondaryData.Count == 0 ? null : [.. dump.SecondaryData.Select(s => new TaggedBlob(s.Tag, dump.Bytes(s).ToArray()))],
        };
    }

    private static DataBlock Block(WindowsTriageDump dump, TriageDataBlock block)
    {
        var bytes = new byte[block.Size];
        dump.Memory.TryRead(block.Address, bytes);
        return new DataBlock(block.Address.ToUInt64(), bytes);
    }

    private static byte[] Context(RegisterSet registers)
    {
        Dictionary<string, ulong> values = registers.Values.ToDictionary(v => v.Name, v => v.Value);
        uint flags = (uint)(values.GetValueOrDefault("eflags") + values.GetValueOrDefault("efl") + values.GetValueOrDefault("cpsr"));
        foreach (string other in (string[])["eflags", "efl", "cpsr"])
        {
            values.Remove(other);
        }

        return registers.Architecture switch
        {
            Architecture.X64 => ContextRecords.X64(values, flags),
            Architecture.Arm64 => ContextRecords.Arm64(values, flags),
            _ => ContextRecords.X86(values.Where(v => v.Key.Length == 3).ToDictionary(), flags),
        };
    }

    private static MemoryManagerBlock? MemoryManager(ReadOnlySpan<byte> block, bool is64)
    {
        if (block.IsEmpty)
        {
            return null;
        }

        ulong[] counts = new ulong[7];
        for (int i = 0; i < counts.Length; i++)
        {
            counts[i] = is64 ? BitConverter.ToUInt64(block[(24 + (8 * i))..]) : BitConverter.ToUInt32(block[(24 + (4 * i))..]);
        }

        return new MemoryManagerBlock
        {
            Version = BitConverter.ToUInt32(block),
            SpecialPoolTag = BitConverter.ToUInt32(block[8..]),
            TriageActionTaken = BitConverter.ToUInt32(block[12..]),
            VerifyDriverLevel = BitConverter.ToUInt32(block[16..]),
            KernelVerifier = BitConverter.ToUInt32(block[20..]),
            MaximumNonPagedPool = counts[0],
            AllocatedNonPagedPool = counts[1],
            PagedPoolMaximum = counts[2],
            PagedPoolAllocated = counts[3],
            CommittedPages = counts[4],
            CommittedPagesPeak = counts[5],
            CommitLimitMaximum = counts[6],
        };
    }

    private static ulong Value(VirtualAddress? address) => address?.ToUInt64() ?? 0;
}
