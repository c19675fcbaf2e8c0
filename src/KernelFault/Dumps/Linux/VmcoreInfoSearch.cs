using KernelFault.Memory;
using static KernelFault.Dumps.Windows.LittleEndian;

namespace KernelFault.Dumps.Linux;

// A dump without the note still has the kernel's own copy in memory: vmcoreinfo_data, a page of its own that starts with its first
// key, OSRELEASE; and vmcoreinfo_note, the same text behind an ELF note header. A kernel that ran before a warm restart can have left
// such a page too, so the release must be the one in init_uts_ns where phys_base (x86-64) or kimage_voffset (arm64) puts it.

/// <summary>Finds VMCOREINFO in the memory of a dump that has no such note.</summary>
internal static class VmcoreInfoSearch
{
    // 16 GB of pages of 4 KB. The kernel makes its page early at start, where memory is first given out.
    private const int MaximumFrames = 4 * 1024 * 1024;
    private const int FramesBetweenChecks = 256;
    private const int NoteHeader = 24;
    private const int MaximumText = 64 * 1024;
    private const ulong KernelMap = 0xFFFF_FFFF_8000_0000;

    private static ReadOnlySpan<byte> FirstKey => "OSRELEASE="u8;

    /// <summary>Looks through the pages from the lowest on.</summary>
    /// <exception cref="OperationCanceledException">It was told to stop.</exception>
    internal static VmcoreInfo? Find(IVmcoreMemory memory, CancellationToken cancellationToken)
    {
        Span<byte> start = stackalloc byte[NoteHeader + 16];
        VmcoreInfo? unsure = null;
        ulong frame = memory.NextPresent(0);
        for (int seen = 0; seen < MaximumFrames && frame != ulong.MaxValue; seen++)
        {
            if (seen % FramesBetweenChecks == 0)
            {
                cancellationToken.ThrowIfCancellationRequested();
            }

            var address = new PhysicalAddress(frame * (uint)memory.PageSize);
            if (memory.Read(address, start) == start.Length)
            {
                int text = start.StartsWith(FirstKey) ? 0
                    : start.Slice(NoteHeader).StartsWith(FirstKey) && start.Slice(12).StartsWith("VMCOREINFO\0"u8) ? NoteHeader
                    : -1;
                if (text >= 0 && Read(memory, address + (uint)text) is VmcoreInfo info)
                {
                    bool? same = IsOfThisKernel(memory, info);
                    if (same != false)
                    {
                        return info;
                    }

                    unsure ??= info;
                }
            }

            frame = memory.NextPresent(frame + 1);
        }

        return unsure;
    }

    private static VmcoreInfo? Read(IVmcoreMemory memory, PhysicalAddress address)
    {
        byte[] text = new byte[Math.Min(memory.PageSize, MaximumText) - (int)(address.ToUInt64() % (uint)memory.PageSize)];
        int read = memory.Read(address, text);
        var info = new VmcoreInfo(text.AsSpan(0, read));

        // A text that mentions the key is not yet the kernel's.
        return info.Text("PAGESIZE") is not null && info.Symbol("init_uts_ns") is not null ? info : null;
    }

    /// <summary>Null when there is no telling.</summary>
    private static bool? IsOfThisKernel(IVmcoreMemory memory, VmcoreInfo info)
    {
        ulong address = info.Symbol("init_uts_ns").GetValueOrDefault();
        ulong physical;
        if (info.Number("phys_base") is long physicalBase)
        {
            physical = unchecked(address - KernelMap + (ulong)physicalBase);
        }
        else if (info.Number("kimage_voffset") is long offset)
        {
            physical = unchecked(address - (ulong)offset);
        }
        else
        {
            return null;
        }

        // struct uts_namespace: a reference count before the names in older kernels, none in newer ones.
        Span<byte> names = stackalloc byte[(3 * 65) + 16];
        if (memory.Read(new PhysicalAddress(physical), names) < names.Length)
        {
            return null;
        }

        for (int start = 0; start <= 8; start += 4)
        {
            if (names.Slice(start).StartsWith("Linux\0"u8))
            {
                return Ascii(names.Slice(start + (2 * 65), 65)) == info.Release;
            }
        }

        return false;
    }
}
