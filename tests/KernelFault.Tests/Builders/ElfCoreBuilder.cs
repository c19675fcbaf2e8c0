using System.Text;

namespace KernelFault.Tests.Builders;

/// <summary>Writes an ELF core file of an x64 Linux program that was ended by SIGSEGV, after <c>elf.h</c> and the Linux kernel's <c>elfcore.h</c>.</summary>
internal sealed class ElfCoreBuilder
{
    private const ulong Program = 0x5581_2200_0000;
    private const ulong Stack = 0x7FFD_1230_0000;
    private readonly FieldWriter _file = new();

    /// <summary>Name of the program, at most 15 characters.</summary>
    public string Name { get; init; } = "contosod";

    public IReadOnlyList<DumpField> Fields => _file.Fields;

    public byte[] Build()
    {
        byte[] notes = Notes();
        byte[] image = Image();
        var stack = new KernelStack(Stack, 0x400).Put(Stack + 0x48, Program + 0x1234);
        const int Headers = 64 + (3 * 56);
        int noteAt = Headers;
        int imageAt = (noteAt + notes.Length + 15) & ~15;
        int stackAt = imageAt + image.Length;

        _file.Bytes("Ident", 0, [0x7F, (byte)'E', (byte)'L', (byte)'F', 2, 1, 1, 0, 0, 0, 0, 0, 0, 0, 0, 0]);
        _file.U16("e_type", 16, 4);
        _file.U16("e_machine", 18, 62);
        _file.U32("e_version", 20, 1);
        _file.U64("e_phoff", 32, 64);
        _file.U64("e_shoff", 40, 0);
        _file.U16("e_ehsize", 52, 64);
        _file.U16("e_phentsize", 54, 56);
        _file.U16("e_phnum", 56, 3);
        Segment(0, 4, 4, noteAt, 0, notes.Length, 0);
        Segment(1, 1, 5, imageAt, Program, image.Length, 0x2000);
        Segment(2, 1, 6, stackAt, Stack, stack.Bytes.Length, stack.Bytes.Length);
        foreach (DumpField field in _notes.Fields)
        {
            _file.Bytes(field.Name, noteAt + field.Offset, notes.AsSpan(field.Offset, field.Size));
        }

        _file.Bytes("Image", imageAt, image);
        _file.Bytes("Stack", stackAt, stack.Bytes);
        return _file.ToArray();
    }

    private readonly FieldWriter _notes = new();

    private byte[] Notes()
    {
        Note("CORE", 1, 336, at =>
        {
            _notes.U32("prstatus.si_signo", at, 11);
            _notes.U16("prstatus.pr_cursig", at + 12, 11);
            _notes.U32("prstatus.pr_pid", at + 32, 4242);
            _notes.U64("prstatus.rip", at + 112 + (16 * 8), Program + 0x1100);
            _notes.U64("prstatus.rsp", at + 112 + (19 * 8), Stack + 0x40);
        });
        Note("CORE", 0x53494749, 128, at =>
        {
            _notes.U32("siginfo.si_signo", at, 11);
            _notes.U32("siginfo.si_code", at + 8, 1);
            _notes.U64("siginfo.si_addr", at + 16, 0x18);
        });
        Note("CORE", 3, 136, at =>
        {
            _notes.U32("prpsinfo.pr_pid", at + 24, 4242);
            _notes.Ascii("prpsinfo.pr_fname", at + 40, Name, 16);
        });
        byte[] path = Encoding.UTF8.GetBytes("/usr/bin/" + Name + "\0");
        Note("CORE", 0x46494C45, 16 + 24 + path.Length, at =>
        {
            _notes.U64("file.count", at, 1);
            _notes.U64("file.page_size", at + 8, 4096);
            _notes.U64("file[0].start", at + 16, Program);
            _notes.U64("file[0].end", at + 24, Program + 0x2000);
            _notes.U64("file[0].offset", at + 32, 0);
            _notes.Bytes("file[0].name", at + 40, path);
        });
        Note("CORE", 6, 32, at =>
        {
            _notes.U64("auxv[0].type", at, 9);
            _notes.U64("auxv[0].value", at + 8, Program + 0x1000);
        });
        return _notes.ToArray();
    }

    private void Note(string name, uint type, int size, Action<int> write)
    {
        int at = _notes.Length;
        _notes.U32("note.n_namesz", at, (uint)name.Length + 1);
        _notes.U32("note.n_descsz", at + 4, (uint)size);
        _notes.U32("note.n_type", at + 8, type);
        _notes.Ascii("note.name", at + 12, name, 8);
        _notes.Extend(at + 20 + ((size + 3) & ~3));
        write(at + 20);
    }

    private void Segment(int index, uint type, uint flags, int offset, ulong address, int fileSize, int memorySize)
    {
        int at = 64 + (56 * index);
        string name = $"segment[{index}].";
        _file.U32(name + "p_type", at, type);
        _file.U32(name + "p_flags", at + 4, flags);
        _file.U64(name + "p_offset", at + 8, (ulong)offset);
        _file.U64(name + "p_vaddr", at + 16, address);
        _file.U64(name + "p_filesz", at + 32, (ulong)fileSize);
        _file.U64(name + "p_memsz", at + 40, (ulong)memorySize);
        _file.U64(name + "p_align", at + 48, 4096);
    }

    // The start of the program's own image, with a build id.
    private static byte[] Image()
    {
        var image = new FieldWriter();
        image.Bytes("Ident", 0, [0x7F, (byte)'E', (byte)'L', (byte)'F', 2, 1, 1, 0]);
        image.U64("e_phoff", 32, 64);
        image.U16("e_phentsize", 54, 56);
        image.U16("e_phnum", 56, 1);
        image.U32("p_type", 64, 4);
        image.U64("p_offset", 72, 0x100);
        image.U64("p_vaddr", 80, 0x100);
        image.U64("p_filesz", 96, 36);
        image.U32("n_namesz", 0x100, 4);
        image.U32("n_descsz", 0x104, 20);
        image.U32("n_type", 0x108, 3);
        image.Ascii("name", 0x10C, "GNU", 4);
        image.Bytes("id", 0x110, [.. Enumerable.Range(1, 20).Select(i => (byte)i)]);
        image.Extend(0x1200);
        return image.ToArray();
    }
}
