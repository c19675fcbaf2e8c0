using KernelFault.Memory;

namespace KernelFault.Dumps.Windows;

/// <summary><c>TRIAGE_DATA_BLOCK</c>: a piece of virtual memory in a triage dump.</summary>
/// <param name="Address">Virtual address of its first byte.</param>
/// <param name="Offset">File offset of its first byte.</param>
/// <param name="Size">Its length in bytes, as far as the file holds it.</param>
public readonly record struct TriageDataBlock(VirtualAddress Address, uint Offset, uint Size);
