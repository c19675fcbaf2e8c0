namespace KernelFault.Kernels.Linux;

/// <summary>A part of a Linux kernel's address space.</summary>
public enum LinuxAddressRegion : long
{
    /// <summary>Not known.</summary>
    Unknown = 0,

    /// <summary>The first 64 KB: a null pointer or a field of one.</summary>
    NullPage,

    /// <summary>User space.</summary>
    User,

    /// <summary>The processor has no translation for any such address.</summary>
    NonCanonical,

    /// <summary>Kernel space between the parts: no mapping is made there.</summary>
    Hole,

    /// <summary>The upper half's beginning on x86, left to hypervisors.</summary>
    HypervisorReserved,

    /// <summary>The local descriptor tables of processes, seen with page-table isolation (x86).</summary>
    LocalDescriptorTables,

    /// <summary>All physical memory, at a constant distance.</summary>
    DirectMap,

    /// <summary>vmalloc, ioremap and, where kernels have them, stacks.</summary>
    Vmalloc,

    /// <summary>The array of <c>struct page</c>.</summary>
    Vmemmap,

    /// <summary>KASAN's shadow of all memory.</summary>
    KasanShadow,

    /// <summary>Each processor's entry stacks and descriptor tables (x86).</summary>
    CpuEntryArea,

    /// <summary>Stacks for returns to 16-bit segments (x86).</summary>
    EspFixup,

    /// <summary>Firmware's run-time services (x86).</summary>
    EfiRuntime,

    /// <summary>Code and data of the kernel image.</summary>
    KernelImage,

    /// <summary>Where modules and other generated code are.</summary>
    Modules,

    /// <summary>Mappings with addresses fixed when the kernel was built.</summary>
    Fixmap,

    /// <summary>The page of the old system calls (x86).</summary>
    Vsyscall,

    /// <summary>PCI input and output (arm64).</summary>
    PciIo,
}
