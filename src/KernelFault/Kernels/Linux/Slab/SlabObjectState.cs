namespace KernelFault.Kernels.Linux.Slab;

/// <summary>Whether an object of a slab cache was in use.</summary>
public enum SlabObjectState : long
{
    /// <summary>It cannot be told: a free list is damaged or not in the dump.</summary>
    Unknown = 0,

    /// <summary>It was in use.</summary>
    Allocated,

    /// <summary>It was free: whoever touches it uses memory after freeing it.</summary>
    Free,
}
