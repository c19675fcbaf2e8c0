using KernelFault.Dumps.Windows;
using KernelFault.Memory;
using static KernelFault.Dumps.Windows.LittleEndian;

namespace KernelFault.Kernels.Windows;

// Driver Verifier's flags are in MM_DRIVER_VERIFIER_DATA.Level (MmVerifierData, when the dump holds it as a data block) and
// in DUMP_MM_STORAGE.MmVerifyDriverLevel. Bit meanings as documented for verifier.exe /flags.

/// <summary>Reads what a triage dump says of Driver Verifier.</summary>
internal static class VerifierReader
{
    private static readonly (uint Bit, string Name)[] Flags =
    [
        (0x0000_0001, "Special pool"),
        (0x0000_0002, "Force IRQL checking"),
        (0x0000_0004, "Low resources simulation"),
        (0x0000_0008, "Pool tracking"),
        (0x0000_0010, "I/O verification"),
        (0x0000_0020, "Deadlock detection"),
        (0x0000_0040, "Enhanced I/O verification"),
        (0x0000_0080, "DMA checking"),
        (0x0000_0100, "Security checks"),
        (0x0000_0200, "Force pending I/O requests"),
        (0x0000_0400, "IRP logging"),
        (0x0000_0800, "Miscellaneous checks"),
        (0x0000_1000, "Additional debugging information"),
        (0x0000_2000, "Invariant MDL checking for stack"),
        (0x0000_4000, "Invariant MDL checking for driver"),
        (0x0000_8000, "Power framework delay fuzzing"),
        (0x0001_0000, "Port/miniport interface checking"),
        (0x0002_0000, "DDI compliance checking"),
        (0x0004_0000, "Systematic low resources simulation"),
        (0x0008_0000, "DDI compliance checking (additional)"),
        (0x0020_0000, "NDIS/WIFI verification"),
        (0x0080_0000, "Kernel synchronization delay fuzzing"),
        (0x0100_0000, "VM switch verification"),
        (0x0200_0000, "Code integrity checks"),
    ];

    /// <summary>Reads it; null when the dump does not tell.</summary>
    /// <param name="dump">The dump.</param>
    /// <param name="memoryManagerRecorded">True if the memory-manager block was read and holds figures.</param>
    /// <param name="warnings">Gets what contradicts.</param>
    internal static VerifierFacts? Read(WindowsTriageDump dump, bool memoryManagerRecorded, List<string> warnings)
    {
        uint? level = null;
        if (dump.DebuggerData?.MmVerifierData is { } address && dump.Memory.TryReadUInt32(address, out uint inForce))
        {
            level = inForce;
        }

        // A block that is all zero was not filled in; in one that was, zero or -1 (never set) is "off".
        if (memoryManagerRecorded)
        {
            uint stored = UInt32(dump.Slice(TriageSlice.MemoryManager), 16);
            uint configured = stored == uint.MaxValue ? 0 : stored;
            if (level is not null and not 0 && configured != 0 && level != configured)
            {
                warnings.Add(FormattableString.Invariant(
                    $"Driver Verifier's flags are 0x{level:x} in its own data and 0x{configured:x} in the memory-manager block: the first are given."));
            }

            level = level is null or 0 ? configured : level;
        }

        if (level is null)
        {
            return null;
        }

        var names = new List<string>();
        uint rest = level.Value;
        foreach ((uint bit, string name) in Flags)
        {
            if ((rest & bit) != 0)
            {
                names.Add(name);
                rest &= ~bit;
            }
        }

        if (rest != 0)
        {
            names.Add(FormattableString.Invariant($"0x{rest:x} (not known)"));
        }

        return new VerifierFacts { Flags = level, FlagNames = names, Drivers = [] };
    }
}
