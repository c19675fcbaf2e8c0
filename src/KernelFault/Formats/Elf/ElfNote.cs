namespace KernelFault.Formats.Elf;

/// <summary>A note of an ELF file.</summary>
/// <param name="Name">Who defined it: <c>CORE</c>, <c>LINUX</c>, <c>VMCOREINFO</c>, <c>QEMU</c>.</param>
/// <param name="Type">What it is, in that owner's numbering.</param>
/// <param name="Offset">File offset of its contents.</param>
/// <param name="Size">Bytes of contents; they lie inside the file.</param>
internal readonly record struct ElfNote(string Name, uint Type, long Offset, int Size);
