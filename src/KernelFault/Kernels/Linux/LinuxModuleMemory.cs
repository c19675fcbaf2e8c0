using KernelFault.Memory;

namespace KernelFault.Kernels.Linux;

/// <summary>A piece of a module's memory.</summary>
/// <param name="Kind">What is in it.</param>
/// <param name="Start">Its first address.</param>
/// <param name="Size">Its length in bytes.</param>
public sealed record LinuxModuleMemory(LinuxModuleMemoryKind Kind, VirtualAddress Start, ulong Size)
{
    /// <summary>True if <paramref name="address"/> lies in it.</summary>
    /// <param name="address">Any address.</param>
    /// <returns>Whether it is inside.</returns>
    public bool Contains(VirtualAddress address) => address - Start < Size;
}
