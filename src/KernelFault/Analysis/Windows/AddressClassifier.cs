using KernelFault.Dumps;
using KernelFault.Kernels;
using KernelFault.Kernels.Windows;
using KernelFault.Memory;

namespace KernelFault.Analysis.Windows;

/// <summary>
/// Says what part of the address space an address lies in. What the dump itself proves (modules, the stack, where the
/// current process and thread were allocated) goes before what is known of the build.
/// </summary>
internal sealed class AddressClassifier
{
    // Windows never maps the first 64 KiB (MM_ALLOCATION_GRANULARITY): a pointer there is null plus the offset of a field.
    private const ulong NullPages = 0x10000;

    // Windows reserves a guard page below each kernel stack; a frame with large locals may jump over it.
    private const ulong GuardReach = 0x3000;

    // From build 14393 on each system region starts on a boundary of one top-level page-table entry.
    private const int RegionShift = 39;

    private const ulong SharedUserDataX64 = 0x7FFE0000;

    private readonly WindowsKernel _kernel;
    private readonly Architecture _architecture;
    private readonly VirtualAddress? _pteBase;

    /// <summary>A classifier for one dump.</summary>
    /// <param name="kernel">What is known of the kernel.</param>
    /// <param name="architecture">The processor.</param>
    /// <param name="pteBase">Where this boot put the page tables, from the debugger data; null when the dump does not say.</param>
    internal AddressClassifier(WindowsKernel kernel, Architecture architecture, VirtualAddress? pteBase)
    {
        _pteBase = pteBase;
        _kernel = kernel;
        _architecture = architecture;
    }

    /// <summary>Classifies one address.</summary>
    internal AddressClassification Classify(VirtualAddress address)
    {
        ulong value = address.ToUInt64();
        if (value < NullPages)
        {
            return new(AddressRegion.NullPage, value == 0 ? "a NULL pointer" : $"the null page: a NULL pointer, field at +0x{value:x}");
        }

        if (WindowsAddressSpace.IsNonCanonical(value, _architecture))
        {
            return new(AddressRegion.NonCanonical, "no valid address at all (non-canonical)");
        }

        if (value < WindowsAddressSpace.KernelStart(_architecture))
        {
            return value >> 12 == SharedUserDataX64 >> 12
                ? new(AddressRegion.User, "the page of shared user data, which every process has mapped read-only")
                : new(AddressRegion.User, "user space");
        }

        return FromTheDump(address) ?? FromTheBuild(address) ?? new(AddressRegion.Kernel, "kernel space");
    }

    private AddressClassification? FromTheDump(VirtualAddress address)
    {
        if (_kernel.ModuleAt(address) is { } module)
        {
            return new(AddressRegion.Module, $"inside {module.Name} at +0x{address - module.BaseAddress:x}");
        }

        foreach (UnloadedModule unloaded in _kernel.UnloadedModules)
        {
            if (unloaded.Contains(address))
            {
                return new(AddressRegion.UnloadedModule, $"where {unloaded.Name} was before it was unloaded");
            }
        }

        if (_kernel.StackLimit is { } limit && _kernel.StackBase is { } stackBase)
        {
            if (address >= limit && address < stackBase)
            {
                return new(AddressRegion.KernelStack, "the stack of the current thread");
            }

            if (address < limit && limit - address <= GuardReach)
            {
                return new(AddressRegion.StackGuard, $"0x{limit - address:x} bytes below the stack of the current thread: its guard page");
            }
        }

        if (_kernel.StackStart is { } start && address - start < _kernel.StackSize)
        {
            return new(AddressRegion.KernelStack, "the stack the crash happened on");
        }

        return null;
    }

    private AddressClassification? FromTheBuild(VirtualAddress address)
    {
        foreach (AddressRange range in WindowsAddressSpace.FixedRanges(_architecture, _kernel.BuildNumber))
        {
            if (range.Contains(address))
            {
                return new(range.Region, range.Text);
            }
        }

        if (_architecture == Architecture.X86 || _kernel.BuildNumber <= WindowsAddressSpace.LastFixedBuild)
        {
            return null;
        }

        if (_pteBase is { } tables && tables.ToUInt64() != 0 && address.ToUInt64() >> RegionShift == tables.ToUInt64() >> RegionShift)
        {
            return new(AddressRegion.PageTables, "the page tables");
        }

        // Process and thread objects live in nonpaged pool; a stack in system PTE space.
        ulong region = address.ToUInt64() >> RegionShift;
        if (SameRegion(_kernel.ThreadAddress) || SameRegion(_kernel.ProcessAddress))
        {
            return new(AddressRegion.NonPagedPool, "the region of nonpaged pool (the current thread or process object lies in the same 512 GiB)");
        }

        return SameRegion(_kernel.StackStart)
            ? new(AddressRegion.SystemPtes, "the region of kernel stacks and system PTEs (the current stack lies in the same 512 GiB)")
            : null;

        bool SameRegion(VirtualAddress? known) => known is { } other && other.ToUInt64() >> RegionShift == region;
    }
}
