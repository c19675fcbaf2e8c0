namespace KernelFault.Formats.Elf;

/// <summary>A section header.</summary>
/// <param name="Name">Its name from the table of names; safe to show.</param>
/// <param name="Type"><c>sh_type</c>: 7 is notes, 8 has no bytes in the file.</param>
/// <param name="Offset"><c>sh_offset</c>: file offset.</param>
/// <param name="Size"><c>sh_size</c> in bytes.</param>
internal readonly record struct ElfSection(string Name, uint Type, ulong Offset, ulong Size);
