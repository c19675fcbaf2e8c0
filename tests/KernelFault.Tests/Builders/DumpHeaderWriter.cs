namespace KernelFault.Tests.Builders;

/// <summary>Writes <c>DUMP_HEADER32</c> or <c>DUMP_HEADER64</c>: first the text <c>PAGE</c> everywhere, then the fields that are given.</summary>
internal sealed class DumpHeaderWriter(WindowsTriageDumpBuilder dump, FieldWriter file)
{
    private static readonly byte[] Page = "PAGE"u8.ToArray();

    public void Write()
    {
        TriageFormat f = dump.Format;
        bool wide = f.Is64;
        file.Fill(0, f.HeaderSize, Page);
        file.Ascii("Header.Signature", 0, "PAGE", 4);
        file.Ascii("Header.ValidDump", 4, wide ? "DU64" : "DUMP", 4);
        file.U32("Header.MajorVersion", 8, dump.MajorVersion);
        file.U32("Header.MinorVersion", 12, dump.BuildNumber);
        int at = 0x10;
        file.Pointer("Header.DirectoryTableBase", at, dump.DirectoryTableBase, wide);
        file.Pointer("Header.PfnDataBase", at += f.Pointer, dump.PfnDataBase, wide);
        file.Pointer("Header.PsLoadedModuleList", at += f.Pointer, dump.PsLoadedModuleList, wide);
        file.Pointer("Header.PsActiveProcessHead", at += f.Pointer, dump.PsActiveProcessHead, wide);
        file.U32("Header.MachineImageType", f.MachineImageType, dump.MachineImageType);
        file.U32("Header.NumberProcessors", f.MachineImageType + 4, dump.NumberProcessors);
        file.U32("Header.BugCheckCode", f.BugCheckCode, dump.BugCheckCode);
        for (int i = 0; i < dump.BugCheckParameters.Length; i++)
        {
            file.Pointer($"Header.BugCheckParameter{i + 1}", f.BugCheckParameters + (i * f.Pointer), dump.BugCheckParameters[i], wide);
        }

        if (dump.VersionUser is not null)
        {
            file.Ascii("Header.VersionUser", f.VersionUser, dump.VersionUser, 32);
        }

        file.Pointer("Header.KdDebuggerDataBlock", f.KdDebuggerDataBlock, dump.KdDebuggerDataBlock, wide);
        if (dump.PhysicalMemoryBlock is not null)
        {
            file.Bytes("Header.PhysicalMemoryBlock", f.PhysicalMemoryBlock, dump.PhysicalMemoryBlock);
        }

        if (dump.Context is not null)
        {
            if (dump.ClearContextRoom)
            {
                file.Fill(f.Context, f.ContextRoom, [0]);
            }

            file.Bytes("Header.ContextRecord", f.Context, dump.Context);
        }

        WriteException(f.Exception);
        file.U32("Header.DumpType", f.DumpType, dump.DumpType);
        Optional64("Header.RequiredDumpSpace", f.RequiredDumpSpace, dump.RequiredDumpSpace);
        Optional64("Header.SystemTime", f.SystemTime, dump.SystemTime);
        Optional64("Header.SystemUpTime", f.SystemUpTime, dump.SystemUpTime);
        if (dump.Comment is not null)
        {
            file.Ascii("Header.Comment", f.Comment, dump.Comment, 128);
        }

        Optional32("Header.MiniDumpFields", f.MiniDumpFields, dump.MiniDumpFields);
        Optional32("Header.SecondaryDataState", f.MiniDumpFields + 4, dump.SecondaryDataState);
        Optional32("Header.ProductType", f.MiniDumpFields + 8, dump.ProductType);
        Optional32("Header.SuiteMask", f.MiniDumpFields + 12, dump.SuiteMask);
        Optional32("Header.WriterStatus", f.MiniDumpFields + 16, dump.WriterStatus);
        Optional32("Header.Attributes", f.Attributes, dump.Attributes);
        Optional32("Header.BootId", f.Attributes + 4, dump.BootId);
        if (dump.PaeEnabled is { } pae && !wide)
        {
            file.U8("Header.PaeEnabled", 0x5C, pae);
        }

        if (dump.KdSecondaryVersion is { } secondary)
        {
            file.U8("Header.KdSecondaryVersion", wide ? 0x104D : 0x5D, secondary);
        }
    }

    private void WriteException(int at)
    {
        if (dump.Exception is null)
        {
            return;
        }

        bool wide = dump.Format.Is64;
        file.U32("Exception.ExceptionCode", at, dump.Exception.Code);
        file.U32("Exception.ExceptionFlags", at + 4, dump.Exception.Flags);
        file.Pointer("Exception.ExceptionRecord", at + 8, dump.Exception.Nested, wide);
        file.Pointer("Exception.ExceptionAddress", at + 8 + dump.Format.Pointer, dump.Exception.Address, wide);
        file.U32("Exception.NumberParameters", at + 8 + (2 * dump.Format.Pointer), (uint)dump.Exception.Information.Length);
        int information = at + 8 + (3 * dump.Format.Pointer);
        for (int i = 0; i < dump.Exception.Information.Length; i++)
        {
            file.Pointer($"Exception.ExceptionInformation[{i}]", information + (i * dump.Format.Pointer), dump.Exception.Information[i], wide);
        }
    }

    private void Optional32(string name, int at, uint? value)
    {
        if (value is { } given)
        {
            file.U32(name, at, given);
        }
    }

    private void Optional64(string name, int at, ulong? value)
    {
        if (value is { } given)
        {
            file.U64(name, at, given);
        }
    }
}
