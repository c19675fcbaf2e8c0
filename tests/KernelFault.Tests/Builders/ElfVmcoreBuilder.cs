namespace KernelFault.Tests.Builders;

/// <summary>Writes an ELF core of a kernel: as <c>/proc/vmcore</c> has it, as <c>makedumpfile -E</c> leaves pages out, or as QEMU lays it out.</summary>
internal sealed class ElfVmcoreBuilder
{
    private readonly FieldWriter _file = new();

    /// <summary>Physical address, virtual address, pages in the file, pages in memory.</summary>
    public IReadOnlyList<(ulong Physical, ulong Virtual, int Pages, int MemoryPages)> Loads { get; init; } =
    [
        (0x1000, 0xFFFF_8880_0000_1000, 4, 4),
        (0x10_0000, 0xFFFF_8880_0010_0000, 8, 10),
    ];

    /// <summary>Section headers first, <c>e_ehsize</c> 8, and QEMU's notes.</summary>
    public bool IsEmulators { get; init; }

    /// <summary>The number of program headers is written as of section 0 (<c>PN_XNUM</c>).</summary>
    public bool HasExtendedCount { get; init; }

    public string? Info { get; init; } = VmcoreParts.Info;

    public ushort Machine { get; init; } = 62;

    public IReadOnlyList<DumpField> Fields => _file.Fields;

    public byte[] Build()
    {
        bool sections = IsEmulators || HasExtendedCount;
        byte[] notes = VmcoreParts.Notes(new FieldWriter(), Info, IsEmulators);
        int count = Loads.Count + 1;
        int programHeaders = 64 + (sections ? 128 : 0);
        int notesAt = programHeaders + (count * 56);
        int data = notesAt + notes.Length;

        _file.Bytes("Ident", 0, [0x7F, (byte)'E', (byte)'L', (byte)'F', 2, 1, 1, 0, 0, 0, 0, 0, 0, 0, 0, 0]);
        _file.U16("e_type", 16, 4);
        _file.U16("e_machine", 18, Machine);
        _file.U32("e_version", 20, 1);
        _file.U64("e_phoff", 32, (ulong)programHeaders);
        _file.U64("e_shoff", 40, sections ? 64u : 0u);
        _file.U16("e_ehsize", 52, (ushort)(IsEmulators ? 8 : 64));
        _file.U16("e_phentsize", 54, 56);
        _file.U16("e_phnum", 56, HasExtendedCount ? (ushort)0xFFFF : (ushort)count);
        if (sections)
        {
            _file.U32("section[0].sh_info", 64 + 44, (uint)count);
        }

        Segment(programHeaders, 4, (ulong)notesAt, 0, 0, (ulong)notes.Length, 0);
        var fields = new FieldWriter();
        _file.Bytes("notes", notesAt, VmcoreParts.Notes(fields, Info, IsEmulators));
        foreach (DumpField field in fields.Fields)
        {
            _file.Bytes(field.Name, notesAt + field.Offset, notes.AsSpan(field.Offset, field.Size));
        }

        for (int i = 0; i < Loads.Count; i++)
        {
            (ulong physical, ulong address, int pages, int memoryPages) = Loads[i];
            Segment(programHeaders + ((i + 1) * 56), 1, (ulong)data, address, physical, (ulong)pages * 4096, (ulong)memoryPages * 4096);
            for (int page = 0; page < pages; page++)
            {
                _file.Bytes("page", data, VmcoreParts.Page((int)(physical / 4096) + page));
                data += 4096;
            }
        }

        return _file.ToArray();
    }

    private void Segment(int at, uint type, ulong offset, ulong address, ulong physical, ulong fileSize, ulong memorySize)
    {
        _file.U32("p_type", at, type);
        _file.U64("p_offset", at + 8, offset);
        _file.U64("p_vaddr", at + 16, address);
        _file.U64("p_paddr", at + 24, physical);
        _file.U64("p_filesz", at + 32, fileSize);
        _file.U64("p_memsz", at + 40, memorySize);
    }
}
