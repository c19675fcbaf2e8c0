namespace KernelFault.Dumps.Process;

/// <summary>What the operating system knew of a stretch of memory (<c>MINIDUMP_MEMORY_INFO</c>, or a segment of an ELF core).</summary>
/// <param name="Start">First address.</param>
/// <param name="Size">Bytes.</param>
/// <param name="IsMapped">False for free or reserved memory.</param>
/// <param name="IsReadable">It may be read.</param>
/// <param name="IsWritable">It may be written.</param>
/// <param name="IsExecutable">It may be executed.</param>
/// <param name="IsGuard">It is a guard page.</param>
internal readonly record struct MemoryProtection(
    ulong Start, ulong Size, bool IsMapped, bool IsReadable, bool IsWritable, bool IsExecutable, bool IsGuard);
