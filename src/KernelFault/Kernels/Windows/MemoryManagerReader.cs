using System.Globalization;
using KernelFault.Dumps.Windows;
using static KernelFault.Dumps.Windows.LittleEndian;

namespace KernelFault.Kernels.Windows;

// DUMP_MM_STORAGE64 (0x50 bytes) and DUMP_MM_STORAGE32 (0x34 bytes), version 1: six ULONGs, then seven counts. The kernel
// fills it in when it writes a minidump itself; where Windows cut the minidump out of a larger dump since Windows 10, the
// block is there but all zero, which means "not recorded". MmMaximumNonPagedPool and PagedPoolMaximum are 2^32 pages then:
// no limit. MmSpecialPoolTag and MmVerifyDriverLevel are Driver Verifier's.

/// <summary>Reads a triage dump's memory-manager block.</summary>
internal static class MemoryManagerReader
{
    private const uint KnownVersion = 1;
    private const ulong NoLimit = 0x1_0000_0000;

    // More pages than any address space has: 2^52 bytes of memory.
    private const ulong Implausible = 1UL << 40;

    internal static MemoryManagerFacts? Read(WindowsTriageDump dump, List<string> warnings)
    {
        bool is64Bit = dump.Header.Is64Bit;
        int size = is64Bit ? 0x50 : 0x34;
        ReadOnlySpan<byte> block = dump.Slice(TriageSlice.MemoryManager);
        if (block.Length < size)
        {
            warnings.Add("The dump has no memory-manager block: page and commit figures are missing.");
            return null;
        }

        uint version = UInt32(block, 0);
        uint declared = UInt32(block, 4);
        if (version != KnownVersion || declared < size)
        {
            warnings.Add(FormattableString.Invariant(
                $"The memory-manager block is of version {version} and {declared} bytes, not the known version 1 of {size}: not read."));
            return null;
        }

        Span<ulong> counts = stackalloc ulong[7];
        bool recorded = false;
        for (int i = 0; i < counts.Length; i++)
        {
            counts[i] = is64Bit ? UInt64(block, 0x18 + (i * 8)) : UInt32(block, 0x18 + (i * 4));
            recorded |= counts[i] != 0;
            if (counts[i] >= Implausible)
            {
                warnings.Add("The memory-manager block holds figures that cannot be: not read.");
                return null;
            }
        }

        if (!recorded)
        {
            warnings.Add("The memory-manager block is empty: Windows cut this minidump out of a larger dump and did not fill it in.");
            return null;
        }

        return new MemoryManagerFacts
        {
            CommittedPages = Recorded(counts[4]),
            PeakCommitPages = Recorded(counts[5]),
            CommitLimitPages = Recorded(counts[6]),
            PagedPoolPages = Recorded(counts[3]),
            NonPagedPoolPages = Recorded(counts[1]),
            Fields = new Dictionary<string, string>(StringComparer.Ordinal)
            {
                ["MmSpecialPoolTag"] = Hex(UInt32(block, 8)),
                ["MiTriageActionTaken"] = Hex(UInt32(block, 12)),
                ["MmVerifyDriverLevel"] = Hex(UInt32(block, 16)),
                ["KernelVerifier"] = Hex(UInt32(block, 20)),
                ["MmMaximumNonPagedPool"] = Count(counts[0]),
                ["MmAllocatedNonPagedPool"] = Count(counts[1]),
                ["PagedPoolMaximum"] = Count(counts[2]),
                ["PagedPoolAllocated"] = Count(counts[3]),
                ["CommittedPages"] = Count(counts[4]),
                ["CommittedPagesPeak"] = Count(counts[5]),
                ["CommitLimitMaximum"] = Count(counts[6]),
            },
        };
    }

    private static ulong? Recorded(ulong value) => value == 0 ? null : value;

    private static string Count(ulong value) => value == NoLimit ? "no limit" : value.ToString(CultureInfo.InvariantCulture);

    private static string Hex(uint value) => "0x" + value.ToString("x", CultureInfo.InvariantCulture);
}
