using KernelFault.Memory;

namespace KernelFault.Dumps.Process;

/// <summary>A library that was unloaded before the crash (<c>MINIDUMP_UNLOADED_MODULE</c>).</summary>
/// <param name="Name">File name; control characters escaped.</param>
/// <param name="BaseAddress">First byte it had in memory.</param>
/// <param name="Size">Its size in bytes.</param>
public sealed record ProcessUnloadedModule(string Name, VirtualAddress BaseAddress, uint Size);
