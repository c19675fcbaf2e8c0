namespace KernelFault.Dumps.Process;

/// <summary>A stretch of memory in a dump.</summary>
/// <param name="Start">First address.</param>
/// <param name="Size">Bytes.</param>
/// <param name="Offset">File offset of the first byte.</param>
internal readonly record struct MemoryPiece(ulong Start, ulong Size, long Offset);
