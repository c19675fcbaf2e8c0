namespace KernelFault.Analysis;

/// <summary>A part of the address space.</summary>
public enum AddressRegion : long
{
    /// <summary>Not known.</summary>
    Unknown = 0,

    /// <summary>The first 64 KiB: a null pointer or a field of one.</summary>
    NullPage,

    /// <summary>User space.</summary>
    User,

    /// <summary>No translation exists for any such address.</summary>
    NonCanonical,

    /// <summary>Kernel space, part not known.</summary>
    Kernel,

    /// <summary>Page tables.</summary>
    PageTables,

    /// <summary>Session space.</summary>
    Session,

    /// <summary>Paged pool.</summary>
    PagedPool,

    /// <summary>Nonpaged pool.</summary>
    NonPagedPool,

    /// <summary>System page-table entries: kernel stacks, mapped I/O, views.</summary>
    SystemPtes,

    /// <summary>System cache.</summary>
    SystemCache,

    /// <summary>A kernel stack.</summary>
    KernelStack,

    /// <summary>Just beyond the end of a kernel stack.</summary>
    StackGuard,

    /// <summary>A loaded driver or the kernel image.</summary>
    Module,

    /// <summary>Where a driver was before it was unloaded.</summary>
    UnloadedModule,

    /// <summary>HAL heap or shared user data.</summary>
    Hal,

    /// <summary>Direct map of physical memory (Linux).</summary>
    DirectMap,

    /// <summary>vmalloc space (Linux).</summary>
    Vmalloc,

    /// <summary>Array of page structures (Linux).</summary>
    Vmemmap,

    /// <summary>Shadow memory of a sanitizer (Linux).</summary>
    SanitizerShadow,

    /// <summary>Fixed mappings (Linux).</summary>
    Fixmap,

    /// <summary>Code and data of the kernel image (Linux).</summary>
    KernelImage,
}
