using KernelFault.Memory;
using static KernelFault.Dumps.Windows.LittleEndian;

namespace KernelFault.Dumps.Windows;

// DUMP_DRIVER_ENTRY64 is a name offset, padding and KLDR_DATA_TABLE_ENTRY64 in the debugger's own layout: 0x90 bytes in
// every known dump; DUMP_DRIVER_ENTRY32 has no padding and the 32-bit layout: 0x4C bytes. Earlier kernels wrote their own,
// longer loader entry. The fields up to CheckSum lie at the same offsets in all of them, so the length of an entry is
// derived (the string pool usually follows the list) and then proved: names must lie in the pool and bases look like
// kernel addresses.

/// <summary>Reads a triage dump's list of loaded drivers.</summary>
internal static class TriageDriverList
{
    /// <summary>More drivers than any real machine loads; a damaged count must not cost time.</summary>
    internal const uint MaximumCount = 4096;

    private const int MaximumNameLength = 520;
    private static readonly int[] Lengths64 = [0x90, 0xA0, 0xA8, 0xB0, 0xB8, 0xC0, 0x98, 0x88, 0x80];
    private static readonly int[] Lengths32 = [0x4C, 0x50, 0x54, 0x58, 0x5C, 0x60, 0x68, 0x48, 0x44];

    internal static IReadOnlyList<TriageDriver> Read(MappedFile file, TriageDumpHeader header, bool is64Bit, List<string> warnings)
    {
        if (header.DriverListOffset == 0 || header.DriverCount == 0)
        {
            warnings.Add("The dump has no list of loaded drivers.");
            return [];
        }

        uint count = Math.Min(header.DriverCount, MaximumCount);
        int length = EntryLength(file, header, is64Bit, count);
        var drivers = new List<TriageDriver>((int)Math.Min(count, Math.Max(0, file.Length - header.DriverListOffset) / length));
        int unnamed = 0;
        for (uint i = 0; i < count; i++)
        {
            if (!file.TrySlice(header.DriverListOffset + ((long)i * length), length, out ReadOnlySpan<byte> entry))
            {
                break;
            }

            TriageDriver driver = ReadEntry(file, header, entry, is64Bit);
            if (driver.BaseAddress.ToUInt64() == 0 && driver.FullName.Length == 0)
            {
                unnamed++;
                continue;
            }

            unnamed += driver.FullName.Length == 0 ? 1 : 0;
            drivers.Add(driver);
        }

        if ((uint)drivers.Count < header.DriverCount)
        {
            warnings.Add(FormattableString.Invariant(
                $"The header says {header.DriverCount} loaded drivers, {drivers.Count} can be read."));
        }

        if (unnamed > 0)
        {
            warnings.Add(FormattableString.Invariant($"{unnamed} loaded drivers have no readable name."));
        }

        return drivers;
    }

    private static TriageDriver ReadEntry(MappedFile file, TriageDumpHeader header, ReadOnlySpan<byte> entry, bool is64Bit)
    {
        string name = ReadName(file, header, UInt32(entry, 0)) ?? string.Empty;
        if (is64Bit)
        {
            bool known = entry.Length == 0x90;
            return new TriageDriver(
                name,
                new VirtualAddress(UInt64(entry, 0x38)),
                UInt32(entry, 0x48),
                known ? UInt32(entry, 0x88) : null,
                entry.Length >= 0x88 ? UInt32(entry, 0x80) : null);
        }

        return new TriageDriver(
            name,
            new VirtualAddress(UInt32(entry, 0x1C)),
            UInt32(entry, 0x24),
            entry.Length == 0x4C ? UInt32(entry, 0x48) : null,
            entry.Length >= 0x48 ? UInt32(entry, 0x44) : null);
    }

    private static int EntryLength(MappedFile file, TriageDumpHeader header, bool is64Bit, uint count)
    {
        int usual = is64Bit ? 0x90 : 0x4C;
        if (Score(file, header, is64Bit, usual, count) == 1)
        {
            return usual;
        }

        // The string pool follows the list, aligned to 8 bytes: the distance gives the length.
        int best = usual;
        double bestScore = 0.5;
        long derived = ((long)header.StringPoolOffset - header.DriverListOffset) / header.DriverCount;
        IEnumerable<int> candidates = is64Bit ? Lengths64 : Lengths32;

        // Shorter than up to CheckSum there is nothing to read.
        if (derived >= (is64Bit ? 0x80 : 0x44) && derived <= 0x200)
        {
            candidates = candidates.Append((int)derived);
        }

        foreach (int candidate in candidates)
        {
            double score = Score(file, header, is64Bit, candidate, count);
            if (score > bestScore)
            {
                best = candidate;
                bestScore = score;
            }
        }

        return best;
    }

    // The share of the first entries that look like drivers.
    private static double Score(MappedFile file, TriageDumpHeader header, bool is64Bit, int length, uint count)
    {
        int looked = 0;
        int good = 0;
        for (uint i = 0; i < count && looked < 8; i++)
        {
            if (!file.TrySlice(header.DriverListOffset + ((long)i * length), length, out ReadOnlySpan<byte> entry))
            {
                break;
            }

            looked++;
            ulong start = is64Bit ? UInt64(entry, 0x38) : UInt32(entry, 0x1C);
            uint size = UInt32(entry, is64Bit ? 0x48 : 0x24);
            bool kernel = is64Bit ? start >> 47 == 0x1FFFF : start >= 0x8000_0000;
            if (kernel && (start & 0xFFF) == 0 && size != 0 && ReadName(file, header, UInt32(entry, 0)) is not null)
            {
                good++;
            }
        }

        return looked == 0 ? 0 : (double)good / looked;
    }

    /// <summary>A <c>DUMP_STRING</c>: a length, by the header in bytes but in every real dump in characters, and UTF-16 text ended by NUL.</summary>
    internal static string? ReadName(MappedFile file, TriageDumpHeader header, uint offset)
    {
        if (offset < header.StringPoolOffset
            || offset - header.StringPoolOffset >= header.StringPoolSize
            || !file.TrySlice(offset, 4, out ReadOnlySpan<byte> prefix))
        {
            return null;
        }

        uint characters = UInt32(prefix, 0);
        if (characters is 0 or > MaximumNameLength)
        {
            return null;
        }

        string name = Utf16(file.SliceUpTo((long)offset + 4, (int)characters * 2));
        return name.Length == 0 ? null : name;
    }
}
