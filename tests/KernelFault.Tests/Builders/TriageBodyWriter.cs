namespace KernelFault.Tests.Builders;

/// <summary>Writes <c>TRIAGE_DUMP32</c> or <c>TRIAGE_DUMP64</c> and the parts it names, in the order of real files.</summary>
internal sealed class TriageBodyWriter(WindowsTriageDumpBuilder dump, FieldWriter file)
{
    private readonly DriverListWriter _drivers = new(dump, file);

    public void Write()
    {
        TriageFormat f = dump.Format;
        int triage = f.HeaderSize;
        var parts = new uint[18];
        parts[0] = dump.ServicePackBuild;
        parts[3] = (uint)f.Context;
        parts[4] = (uint)f.Exception;
        int at = triage + f.TriageSize;
        file.Extend(at);
        if (dump.MemoryManager is not null)
        {
            parts[5] = (uint)at;
            at = WriteMemoryManager(at);
        }

        if (dump.UnloadedFirst)
        {
            parts[6] = (uint)at;
            at = _drivers.WriteUnloaded(at);
        }

        parts[7] = Slice("KPRCB", dump.Prcb, ref at);
        parts[8] = Slice("EPROCESS", dump.Process, ref at);
        parts[9] = Slice("ETHREAD", dump.Thread, ref at);
        parts[10] = Slice("CallStack", dump.CallStack, ref at);
        parts[11] = (uint)(dump.CallStack?.Length ?? 0);
        uint debuggerData = Slice("KdDebuggerData", dump.DebuggerData, ref at);
        if (!dump.UnloadedFirst)
        {
            parts[6] = (uint)at;
            at = _drivers.WriteUnloaded(at);
        }

        parts[12] = (uint)at;
        parts[13] = (uint)dump.Drivers.Count;
        int pool = at + (dump.Drivers.Count * f.DriverStride);
        pool = Align(pool, 8);
        parts[14] = (uint)pool;
        int poolEnd = _drivers.WriteLoaded(at, pool);
        if (dump.StringPoolSize is { } size)
        {
            poolEnd = pool + (int)size;
        }

        parts[15] = (uint)(poolEnd - pool);
        parts[17] = dump.TriageOptions;
        int end = WriteBlocks(poolEnd);
        int valid = dump.ValidOffset is { } given ? (int)given : Align(end, 4);
        parts[2] = (uint)valid;
        parts[1] = (uint)valid + 4;
        file.Ascii("Triage.Valid", valid, "TRGD", 4);

        string[] names =
        [
            "ServicePackBuild", "SizeOfDump", "ValidOffset", "ContextOffset", "ExceptionOffset", "MmOffset", "UnloadedDriversOffset", "PrcbOffset",
            "ProcessOffset", "ThreadOffset", "CallStackOffset", "SizeOfCallStack", "DriverListOffset", "DriverCount", "StringPoolOffset",
            "StringPoolSize", "BrokenDriverOffset", "TriageOptions",
        ];
        for (int i = 0; i < parts.Length; i++)
        {
            file.U32("Triage." + names[i], triage + (4 * i), parts[i]);
        }

        file.Pointer("Triage.TopOfStack", triage + f.TopOfStack, dump.TopOfStack, f.Is64);
        int tail = triage + f.DebuggerDataOffset;
        file.U32("Triage.DebuggerDataOffset", tail, debuggerData);
        file.U32("Triage.DebuggerDataSize", tail + 4, (uint)(dump.DebuggerData?.Length ?? 0));
        file.U32("Triage.DataBlocksOffset", tail + 8, dump.DataBlocks.Count == 0 ? 0 : (uint)poolEnd);
        file.U32("Triage.DataBlocksCount", tail + 12, (uint)dump.DataBlocks.Count);
        WriteBlobs(valid + 4);
    }

    private int WriteMemoryManager(int at)
    {
        MemoryManagerBlock mm = dump.MemoryManager!;
        uint[] words = [mm.Version, (uint)(24 + (7 * dump.Format.Pointer)), mm.SpecialPoolTag, mm.TriageActionTaken, mm.VerifyDriverLevel, mm.KernelVerifier];
        string[] names = ["Version", "Size", "MmSpecialPoolTag", "MiTriageActionTaken", "MmVerifyDriverLevel", "KernelVerifier"];
        for (int i = 0; i < words.Length; i++)
        {
            file.U32("MemoryManager." + names[i], at + (4 * i), words[i]);
        }

        ulong[] counts =
        [
            mm.MaximumNonPagedPool, mm.AllocatedNonPagedPool, mm.PagedPoolMaximum, mm.PagedPoolAllocated,
            mm.CommittedPages, mm.CommittedPagesPeak, mm.CommitLimitMaximum,
        ];
        for (int i = 0; i < counts.Length; i++)
        {
            file.Pointer($"MemoryManager.Count{i}", at + 24 + (i * dump.Format.Pointer), counts[i], dump.Format.Is64);
        }

        return Align(at + 24 + (7 * dump.Format.Pointer), 8);
    }

    private int WriteBlocks(int at)
    {
        int data = at + (16 * dump.DataBlocks.Count);
        for (int i = 0; i < dump.DataBlocks.Count; i++)
        {
            DataBlock block = dump.DataBlocks[i];
            file.U64($"DataBlocks[{i}].Address", at + (16 * i), block.Address);
            file.U32($"DataBlocks[{i}].Offset", at + (16 * i) + 8, (uint)data);
            file.U32($"DataBlocks[{i}].Size", at + (16 * i) + 12, (uint)block.Bytes.Length);
            file.Bytes($"DataBlocks[{i}]", data, block.Bytes);
            data += block.Bytes.Length;
        }

        return data;
    }

    private void WriteBlobs(int at)
    {
        if (dump.Blobs is null)
        {
            return;
        }

        file.Ascii("DumpBlob.Signature", at, "DumpBlob", 8);
        file.U32("DumpBlob.HeaderSize", at + 8, 0x10);
        file.U32("DumpBlob.BuildNumber", at + 12, dump.BlobBuildNumber ?? (0xF0000000 | dump.BuildNumber));
        at += 16;
        for (int i = 0; i < dump.Blobs.Count; i++)
        {
            TaggedBlob blob = dump.Blobs[i];
            int padding = blob.PostPad;
            file.U32($"DumpBlob[{i}].HeaderSize", at, 0x20);
            file.Bytes($"DumpBlob[{i}].Tag", at + 4, blob.Tag.ToByteArray());
            file.U32($"DumpBlob[{i}].DataSize", at + 20, (uint)blob.Data.Length);
            file.U32($"DumpBlob[{i}].PrePad", at + 24, 0);
            file.U32($"DumpBlob[{i}].PostPad", at + 28, (uint)padding);
            file.Bytes($"DumpBlob[{i}].Data", at + 32, blob.Data);
            at += 32 + blob.Data.Length + padding;
            file.Extend(at);
        }
    }

    private uint Slice(string name, byte[]? bytes, ref int at)
    {
        if (bytes is null)
        {
            return 0;
        }

        int offset = at;
        file.Bytes(name, offset, bytes);
        at = Align(offset + bytes.Length, 8);
        file.Extend(at);
        return (uint)offset;
    }

    internal static int Align(int value, int to) => (value + to - 1) & ~(to - 1);
}
