using KernelFault.Memory;

namespace KernelFault.Dumps.Windows;

/// <summary><c>TRIAGE_DATA_BLOCK</c>: a piece of virtual memory in a triage dump.</summary>
/// <remarks>A class: lists of it need no code of their own at start.</remarks>
/// <param name="Address">Virtual address of its first byte.</param>
/// <param name="Offset">File offset of its first byte.</param>
/// <param name="Size">Its length in bytes, as far as the file holds it.</param>
public sealed record TriageDataBlock(VirtualAddress Address, uint Offset, uint Size);
