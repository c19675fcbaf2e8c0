namespace KernelFault.Formats.Elf;

/// <summary>A program header.</summary>
/// <param name="Type"><c>p_type</c>.</param>
/// <param name="Flags"><c>p_flags</c>: 1 execute, 2 write, 4 read.</param>
/// <param name="Offset"><c>p_offset</c>.</param>
/// <param name="Address"><c>p_vaddr</c>.</param>
/// <param name="PhysicalAddress"><c>p_paddr</c>: 0 in cores of processes.</param>
/// <param name="FileSize"><c>p_filesz</c>: bytes in the file.</param>
/// <param name="MemorySize"><c>p_memsz</c>: bytes in memory.</param>
internal readonly record struct ElfSegment(
    uint Type, uint Flags, ulong Offset, ulong Address, ulong PhysicalAddress, ulong FileSize, ulong MemorySize);
