using KernelFault.Memory;
using static KernelFault.Dumps.Windows.LittleEndian;

namespace KernelFault.Dumps.Windows;

// A count (ULONG64 or ULONG, by architecture) and DUMP_UNLOADED_DRIVERS64 (0x38 bytes) or 32 (0x28): the UNICODE_STRING of
// the kernel's own entry, twelve characters of the name, start and end. There is no time in this structure.

/// <summary>Reads a triage dump's list of unloaded drivers, the newest first as the kernel writes it.</summary>
internal static class TriageUnloadedDriverList
{
    // MI_UNLOADED_DRIVERS is 50; a margin for kernels that keep more.
    private const ulong MaximumCount = 512;
    private const int NameBytes = 24;

    internal static IReadOnlyList<TriageUnloadedDriver> Read(MappedFile file, TriageDumpHeader header, bool is64Bit, List<string> warnings)
    {
        if (header.UnloadedDriversOffset == 0)
        {
            return [];
        }

        int prefix = is64Bit ? 8 : 4;
        if (!file.TrySlice(header.UnloadedDriversOffset, prefix, out ReadOnlySpan<byte> head))
        {
            warnings.Add("The list of unloaded drivers lies outside the file.");
            return [];
        }

        ulong count = is64Bit ? UInt64(head, 0) : UInt32(head, 0);
        if (count > MaximumCount)
        {
            warnings.Add(FormattableString.Invariant($"The list of unloaded drivers is damaged: it says {count} entries."));
            return [];
        }

        int nameAt = is64Bit ? 16 : 8;
        int length = is64Bit ? 0x38 : 0x28;
        var drivers = new List<TriageUnloadedDriver>((int)count);
        for (int i = 0; i < (int)count; i++)
        {
            if (!file.TrySlice(header.UnloadedDriversOffset + prefix + ((long)i * length), length, out ReadOnlySpan<byte> entry))
            {
                warnings.Add(FormattableString.Invariant($"The list says {count} unloaded drivers, {i} lie inside the file."));
                break;
            }

            int start = nameAt + NameBytes;

            // The UNICODE_STRING says how many of the twelve characters count; longer names are cut there.
            int nameBytes = Math.Min(NameBytes, UInt16(entry, 0) & ~1);
            string name = Utf16(entry.Slice(nameAt, nameBytes == 0 ? NameBytes : nameBytes));
            ulong from = is64Bit ? UInt64(entry, start) : UInt32(entry, start);
            ulong to = is64Bit ? UInt64(entry, start + 8) : UInt32(entry, start + 4);
            if (from == 0 && name.Length == 0)
            {
                continue;
            }

            drivers.Add(new TriageUnloadedDriver(name, new VirtualAddress(from), new VirtualAddress(to), null));
        }

        return drivers;
    }
}
