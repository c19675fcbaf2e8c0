using System.Text;

namespace KernelFault.Tests.Builders;

/// <summary>Writes a user-mode minidump (<c>MDMP</c>) of an x64 Windows program that read a null pointer: every stream that is read, after <c>minidumpapiset.h</c>.</summary>
internal sealed class MinidumpBuilder
{
    private const ulong Base = 0x7FF6_1230_0000;
    private const ulong Stack = 0xD4_5EB0_F000;
    private readonly FieldWriter _file = new();
    private readonly List<(uint Type, int Offset, int Size)> _streams = [];

    /// <summary>Name of the program.</summary>
    public string Program { get; init; } = @"C:\Program Files\Contoso\contosoapp.exe";

    /// <summary>The comment stream's text.</summary>
    public string Comment { get; init; } = "Synthetic: no program crashed.";

    public IReadOnlyList<DumpField> Fields => _file.Fields;

    public byte[] Build()
    {
        const int Streams = 10;
        _file.Extend(32 + (12 * Streams));
        int context = Append("Context", ContextRecords.X64(new Dictionary<string, ulong>
        {
            ["rip"] = Base + 0x1A30, ["rsp"] = Stack + 0x10, ["rbp"] = Stack + 0x80, ["rcx"] = 0, ["cs"] = 0x33, ["ss"] = 0x2B,
        }));
        var stack = new KernelStack(Stack, 0x400).Put(Stack + 0x38, Base + 0x1B12).Put(Stack + 0x78, 0x7FFE_7350_7344);
        int memory = Append("Stack", stack.Bytes);
        SystemInfo();
        Exception(context);
        Threads(context, memory);
        Modules();
        Memory(memory);
        MiscInfo();
        UnloadedModules();
        MemoryInfo();
        Text(11, "Comment", Comment);
        ThreadNames();
        _file.Ascii("Header.Signature", 0, "MDMP", 4);
        _file.U32("Header.Version", 4, 0xA793);
        _file.U32("Header.NumberOfStreams", 8, (uint)_streams.Count);
        _file.U32("Header.StreamDirectoryRva", 12, 32);
        _file.U32("Header.CheckSum", 16, 0);
        _file.U32("Header.TimeDateStamp", 20, 0x67D0_1234);
        _file.U64("Header.Flags", 24, 0x1806);
        for (int i = 0; i < _streams.Count; i++)
        {
            int entry = 32 + (12 * i);
            _file.U32($"Directory[{i}].StreamType", entry, _streams[i].Type);
            _file.U32($"Directory[{i}].DataSize", entry + 4, (uint)_streams[i].Size);
            _file.U32($"Directory[{i}].Rva", entry + 8, (uint)_streams[i].Offset);
        }

        return _file.ToArray();
    }

    private void SystemInfo() => Stream(7, 56, at =>
    {
        _file.U16("SystemInfo.ProcessorArchitecture", at, 9);
        _file.U8("SystemInfo.NumberOfProcessors", at + 6, 8);
        _file.U32("SystemInfo.MajorVersion", at + 8, 10);
        _file.U32("SystemInfo.BuildNumber", at + 16, 26100);
        _file.U32("SystemInfo.PlatformId", at + 20, 2);
        _file.U32("SystemInfo.CSDVersionRva", at + 24, 0);
    });

    private void Exception(int context) => Stream(6, 168, at =>
    {
        _file.U32("Exception.ThreadId", at, 0x1A2C);
        _file.U32("Exception.ExceptionCode", at + 8, 0xC0000005);
        _file.U32("Exception.ExceptionFlags", at + 12, 0);
        _file.U64("Exception.ExceptionRecord", at + 16, 0);
        _file.U64("Exception.ExceptionAddress", at + 24, Base + 0x1A30);
        _file.U32("Exception.NumberParameters", at + 32, 2);
        _file.U64("Exception.ExceptionInformation[0]", at + 40, 0);
        _file.U64("Exception.ExceptionInformation[1]", at + 48, 0x18);
        _file.U32("Exception.ThreadContext.DataSize", at + 160, 0x4D0);
        _file.U32("Exception.ThreadContext.Rva", at + 164, (uint)context);
    });

    private void Threads(int context, int stack) => Stream(3, 4 + (2 * 48), at =>
    {
        _file.U32("ThreadList.NumberOfThreads", at, 2);
        for (int i = 0; i < 2; i++)
        {
            int entry = at + 4 + (48 * i);
            _file.U32($"Thread[{i}].ThreadId", entry, 0x1A2C + (uint)(i * 0x100));
            _file.U64($"Thread[{i}].Teb", entry + 16, 0xD4_5E9F_2000);
            _file.U64($"Thread[{i}].Stack.StartOfMemoryRange", entry + 24, Stack);
            _file.U32($"Thread[{i}].Stack.DataSize", entry + 32, 0x400);
            _file.U32($"Thread[{i}].Stack.Rva", entry + 36, (uint)stack);
            _file.U32($"Thread[{i}].ThreadContext.DataSize", entry + 40, 0x4D0);
            _file.U32($"Thread[{i}].ThreadContext.Rva", entry + 44, (uint)context);
        }
    });

    private void Modules()
    {
        (string Path, ulong Base, uint Size)[] modules =
        [
            (Program, Base, 0x42000), (@"C:\Windows\System32\ntdll.dll", 0x7FFE_7DA0_0000, 0x263000), (@"C:\Windows\System32\kernel32.dll", 0x7FFE_7350_0000, 0xC9000),
        ];
        int[] names = [.. modules.Select(m => Counted("ModuleName", m.Path))];
        int record = Append("CodeView", [.. "RSDS"u8, .. new byte[16], 1, 0, 0, 0, .. "app.pdb\0"u8]);
        Stream(4, 4 + (108 * modules.Length), at =>
        {
            _file.U32("ModuleList.NumberOfModules", at, (uint)modules.Length);
            for (int i = 0; i < modules.Length; i++)
            {
                int entry = at + 4 + (108 * i);
                _file.U64($"Module[{i}].BaseOfImage", entry, modules[i].Base);
                _file.U32($"Module[{i}].SizeOfImage", entry + 8, modules[i].Size);
                _file.U32($"Module[{i}].CheckSum", entry + 12, 0x4C101);
                _file.U32($"Module[{i}].TimeDateStamp", entry + 16, 0x6650_1234);
                _file.U32($"Module[{i}].ModuleNameRva", entry + 20, (uint)names[i]);
                _file.U32($"Module[{i}].VersionInfo.Signature", entry + 24, 0xFEEF04BD);
                _file.U32($"Module[{i}].VersionInfo.FileVersionMS", entry + 32, 0x000A_0000);
                _file.U32($"Module[{i}].CvRecord.DataSize", entry + 76, 32);
                _file.U32($"Module[{i}].CvRecord.Rva", entry + 80, (uint)record);
            }
        });
    }

    private void Memory(int stack) => Stream(5, 4 + 16, at =>
    {
        _file.U32("MemoryList.NumberOfMemoryRanges", at, 1);
        _file.U64("Memory[0].StartOfMemoryRange", at + 4, Stack);
        _file.U32("Memory[0].DataSize", at + 12, 0x400);
        _file.U32("Memory[0].Rva", at + 16, (uint)stack);
    });

    private void MiscInfo() => Stream(15, 24, at =>
    {
        _file.U32("MiscInfo.SizeOfInfo", at, 24);
        _file.U32("MiscInfo.Flags1", at + 4, 3);
        _file.U32("MiscInfo.ProcessId", at + 8, 4242);
        _file.U32("MiscInfo.ProcessCreateTime", at + 12, 0x67D0_1000);
    });

    private void UnloadedModules()
    {
        int name = Counted("UnloadedModuleName", "contosoplugin.dll");
        Stream(14, 12 + 24, at =>
        {
            _file.U32("UnloadedModuleList.SizeOfHeader", at, 12);
            _file.U32("UnloadedModuleList.SizeOfEntry", at + 4, 24);
            _file.U32("UnloadedModuleList.NumberOfEntries", at + 8, 1);
            _file.U64("UnloadedModule[0].BaseOfImage", at + 12, 0x7FFE_1000_0000);
            _file.U32("UnloadedModule[0].SizeOfImage", at + 20, 0x8000);
            _file.U32("UnloadedModule[0].ModuleNameRva", at + 32, (uint)name);
        });
    }

    private void MemoryInfo() => Stream(16, 16 + 48, at =>
    {
        _file.U32("MemoryInfoList.SizeOfHeader", at, 16);
        _file.U32("MemoryInfoList.SizeOfEntry", at + 4, 48);
        _file.U64("MemoryInfoList.NumberOfEntries", at + 8, 1);
        _file.U64("MemoryInfo[0].BaseAddress", at + 16, Base + 0x1000);
        _file.U64("MemoryInfo[0].RegionSize", at + 40, 0x2000);
        _file.U32("MemoryInfo[0].State", at + 48, 0x1000);
        _file.U32("MemoryInfo[0].Protect", at + 52, 0x20);
    });

    private void ThreadNames()
    {
        int name = Counted("ThreadName", "worker");
        Stream(24, 4 + 12, at =>
        {
            _file.U32("ThreadNames.NumberOfThreadNames", at, 1);
            _file.U32("ThreadName[0].ThreadId", at + 4, 0x1A2C);
            _file.U64("ThreadName[0].RvaOfThreadName", at + 8, (ulong)name);
        });
    }

    private void Text(uint type, string name, string text)
    {
        byte[] bytes = Encoding.Unicode.GetBytes(text + "\0");
        Stream(type, bytes.Length, at => _file.Bytes(name, at, bytes));
    }

    private int Counted(string name, string text)
    {
        byte[] bytes = Encoding.Unicode.GetBytes(text + "\0");
        int at = Append(name, [0, 0, 0, 0, .. bytes]);
        _file.U32(name + ".Length", at, (uint)bytes.Length - 2);
        return at;
    }

    private int Append(string name, byte[] bytes)
    {
        int at = (_file.Length + 7) & ~7;
        _file.Bytes(name, at, bytes);
        return at;
    }

    private void Stream(uint type, int size, Action<int> write)
    {
        int at = (_file.Length + 7) & ~7;
        _file.Extend(at + size);
        write(at);
        _streams.Add((type, at, size));
    }
}
