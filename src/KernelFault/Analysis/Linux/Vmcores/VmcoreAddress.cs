using KernelFault.Dumps;
using KernelFault.Kernels.Linux;
using KernelFault.Memory;

namespace KernelFault.Analysis.Linux.Vmcores;

/// <summary>The address that could not be used, placed by the kernel's own layout and page tables.</summary>
internal static class VmcoreAddress
{
    private const ulong GuardPage = 4096;

    /// <summary>Places the address.</summary>
    /// <param name="session">The vmcore.</param>
    /// <param name="crash">What its memory says.</param>
    /// <param name="printed">The address as printed; null when none was.</param>
    /// <param name="instruction">The faulting instruction; null when it is not known.</param>
    /// <returns>Null for a crash that is no bad access.</returns>
    internal static FaultAddress? Describe(VmcoreSession session, VmcoreCrash crash, FaultAddress? printed, FaultInstruction? instruction)
    {
        FaultAddress? found = printed ?? FromStack(crash) ?? FromInstruction(crash, instruction);
        if (found is null)
        {
            return null;
        }

        AddressRegion region = found.Region == AddressRegion.StackGuard || IsGuardPage(crash, found.Address) ? AddressRegion.StackGuard : Region(session.Kernel.AddressSpace.RegionOf(found.Address));
        return region == AddressRegion.Unknown ? found : found with { Region = region };
    }

    /// <summary>The way of an address through the page tables, one line a level.</summary>
    internal static IReadOnlyList<string> Walk(VmcoreSession session, VmcoreCrash crash, VirtualAddress address) =>
        Lines(session.PageTableOf(address, crash.Task).Walk(address));

    /// <summary>A way through the page tables, one line a level, and where it ends.</summary>
    internal static IReadOnlyList<string> Lines(PageTableWalk walk)
    {
        var lines = new List<string>(walk.Levels.Count + 1);
        foreach (PageTableLevel level in walk.Levels)
        {
            lines.Add($"{level.Name} at {level.EntryAddress.Hex}: {level.Value ?? "not in the dump"}{(level.Flags.Count == 0 ? string.Empty : " " + string.Join(" ", level.Flags))}");
        }

        string end = walk.Stop switch
        {
            PageTableStop.Translated => $"maps physical address {walk.PhysicalAddress?.Hex}, page of {walk.PageSize} bytes",
            PageTableStop.NotPresent => "not present: the processor faults here",
            PageTableStop.NonCanonical => "no translation exists for any such address",
            PageTableStop.TableAbsent => "the next table is in no memory that the dump knows of",
            PageTableStop.TableExcluded => "the next table was left out of the dump",
            PageTableStop.TableDamaged => "the next table is damaged in the dump",
            _ => "the entry has bits that are forbidden: the table is damaged",
        };
        lines.Add(walk.Detail is null ? end : $"{end} ({walk.Detail})");
        return lines;
    }

    // The processor's own word on the address is kept nowhere; in a page fault the instruction's operand stands for it.
    private static FaultAddress? FromInstruction(VmcoreCrash crash, FaultInstruction? instruction)
    {
        if (instruction?.EffectiveAddress is not { } effective || crash.ExceptionHandler is not { } handler || !UnprintedCrash.IsPageFault(handler))
        {
            return null;
        }

        string access = instruction.Access == AccessKind.Write ? "write to" : "read of";
        return new FaultAddress
        {
            Address = effective,
            Access = instruction.Access,
            Region = AddressRegion.Unknown,
            Explanation = $"{access} {instruction.Operand ?? effective.Hex}: the address that the instruction names with the saved registers.",
        };
    }

    /// <summary>Where the processor failed to push the registers of an exception: just below the stack pointer, when that is the stack's end; null else.</summary>
    internal static VirtualAddress? OverflowOf(VmcoreCrash crash)
    {
        if (crash.Registers is not { Architecture: Architecture.X64 } registers)
        {
            return null;
        }

        VirtualAddress pushed = new((registers.StackPointer.ToUInt64() & ~15UL) - 8);
        return IsGuardPage(crash, pushed) ? pushed : null;
    }

    private static FaultAddress? FromStack(VmcoreCrash crash) => OverflowOf(crash) is not { } address ? null : new FaultAddress
    {
        Address = address,
        Access = AccessKind.Write,
        Region = AddressRegion.StackGuard,
        Explanation = $"write to {address.Hex}: the page below the kernel stack, which is left empty to catch what runs over.",
    };

    private static bool IsGuardPage(VmcoreCrash crash, VirtualAddress address) =>
        crash.Task?.StackBase is { } bottom && bottom - address <= GuardPage && address < bottom;

    private static AddressRegion Region(LinuxAddressRegion region) => region switch
    {
        LinuxAddressRegion.NullPage => AddressRegion.NullPage,
        LinuxAddressRegion.User => AddressRegion.User,
        LinuxAddressRegion.NonCanonical => AddressRegion.NonCanonical,
        LinuxAddressRegion.DirectMap => AddressRegion.DirectMap,
        LinuxAddressRegion.Vmalloc => AddressRegion.Vmalloc,
        LinuxAddressRegion.Vmemmap => AddressRegion.Vmemmap,
        LinuxAddressRegion.KasanShadow => AddressRegion.SanitizerShadow,
        LinuxAddressRegion.KernelImage => AddressRegion.KernelImage,
        LinuxAddressRegion.Modules => AddressRegion.Module,
        LinuxAddressRegion.Fixmap => AddressRegion.Fixmap,
        LinuxAddressRegion.Unknown => AddressRegion.Unknown,
        _ => AddressRegion.Kernel,
    };
}
