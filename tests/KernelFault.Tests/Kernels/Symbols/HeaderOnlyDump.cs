using System.Buffers.Binary;
using KernelFault.Dumps;
using KernelFault.Dumps.Windows;
using KernelFault.Memory;

namespace KernelFault.Tests.Kernels.Symbols;

/// <summary>A dump of which only the header fields that identify the kernel are known.</summary>
internal sealed class HeaderOnlyDump(WindowsDumpHeader header)
    : WindowsDump("header.dmp", DumpKind.WindowsHeader, 0, header)
{
    public override IReadOnlyList<string> Warnings => [];

    public override IMemoryReader Memory { get; } = new NoMemory();

    /// <summary>Reads the fields of a real 64-bit dump header at their documented offsets.</summary>
    internal static HeaderOnlyDump Read(string path)
    {
        using FileStream file = File.OpenRead(path);
        byte[] bytes = new byte[0x2000];
        file.ReadExactly(bytes);
        Assert.Equal("PAGEDU64"u8.ToArray(), bytes[..8]);
        ulong Word(int offset) => BinaryPrimitives.ReadUInt64LittleEndian(bytes.AsSpan(offset));

        const int Context = 0x348;
        return new HeaderOnlyDump(CreateHeader(
            new VirtualAddress(Word(0x20)),
            new VirtualAddress(Word(0x28)),
            new VirtualAddress(Word(0x80)),
            new VirtualAddress(Word(0x18)),
            (uint)Word(0x38),
            [Word(0x40), Word(0x48), Word(0x50), Word(0x58)],
            new RegisterSet(Architecture.X64,
            [
                new("rcx", Word(Context + 0x80)),
                new("rdx", Word(Context + 0x88)),
                new("r8", Word(Context + 0xB8)),
                new("rip", Word(Context + 0xF8)),
            ])));
    }

    internal static WindowsDumpHeader CreateHeader(
        VirtualAddress? modules, VirtualAddress? processes, VirtualAddress? debugger, VirtualAddress? pfn, uint code, ulong[] parameters, RegisterSet? context) => new()
    {
        Is64Bit = true,
        MajorVersion = 15,
        BuildNumber = 19041,
        Architecture = Architecture.X64,
        MachineImageType = 0x8664,
        DirectoryTableBase = new PhysicalAddress(0x1AD000),
        PsLoadedModuleList = modules,
        PsActiveProcessHead = processes,
        KdDebuggerDataBlock = debugger,
        PfnDatabase = pfn,
        NumberProcessors = 4,
        BugCheckCode = code,
        BugCheckParameters = parameters,
        DumpType = 4,
        Context = context,
    };

    private sealed class NoMemory : IMemoryReader
    {
        public int Read(VirtualAddress address, Span<byte> destination) => 0;
    }
}
