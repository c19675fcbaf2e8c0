using KernelFault.Memory;
using static KernelFault.Dumps.Windows.LittleEndian;

namespace KernelFault.Dumps.Windows;

/// <summary>Reads <c>TRIAGE_DUMP64</c> and <c>TRIAGE_DUMP32</c>.</summary>
internal static class TriageDumpHeaderReader
{
    private const int Size64 = 0x80;
    private const int Size32 = 0x68;

    /// <summary>The closing mark <c>TRGD</c>.</summary>
    internal const uint Valid = 0x44475254;

    /// <summary>Reads it; where the file ends early the missing fields are 0, which means "no such part".</summary>
    internal static TriageDumpHeader Read(MappedFile file, bool is64Bit, List<string> warnings)
    {
        int start = is64Bit ? WindowsDumpHeaderReader.Size64 : WindowsDumpHeaderReader.Size32;
        int size = is64Bit ? Size64 : Size32;
        Span<byte> t = stackalloc byte[Size64];
        t.Clear();
        ReadOnlySpan<byte> present = file.SliceUpTo(start, size);
        present.CopyTo(t);
        if (present.Length < size)
        {
            warnings.Add(FormattableString.Invariant(
                $"The file ends at byte {file.Length}, before the end of the triage dump's header at {start + size}: drivers, stack and memory are missing."));
        }

        // Up to TriageOptions both layouts are the same; then 32-bit has shorter addresses and no Itanium part.
        int tail = is64Bit ? 0x60 : 0x4C;
        int afterAddress = tail + (is64Bit ? 8 : 4);
        return new TriageDumpHeader
        {
            ServicePackBuild = UInt32(t, 0x00),
            SizeOfDump = UInt32(t, 0x04),
            ValidOffset = UInt32(t, 0x08),
            ContextOffset = UInt32(t, 0x0C),
            ExceptionOffset = UInt32(t, 0x10),
            MmOffset = UInt32(t, 0x14),
            UnloadedDriversOffset = UInt32(t, 0x18),
            PrcbOffset = UInt32(t, 0x1C),
            ProcessOffset = UInt32(t, 0x20),
            ThreadOffset = UInt32(t, 0x24),
            CallStackOffset = UInt32(t, 0x28),
            SizeOfCallStack = UInt32(t, 0x2C),
            DriverListOffset = UInt32(t, 0x30),
            DriverCount = UInt32(t, 0x34),
            StringPoolOffset = UInt32(t, 0x38),
            StringPoolSize = UInt32(t, 0x3C),
            BrokenDriverOffset = UInt32(t, 0x40),
            TriageOptions = UInt32(t, 0x44),
            TopOfStack = new VirtualAddress(is64Bit ? UInt64(t, 0x48) : UInt32(t, 0x48)),
            ArchitectureSpecific = is64Bit ? [UInt64(t, 0x50), UInt64(t, 0x58)] : [],
            DataPageAddress = new VirtualAddress(is64Bit ? UInt64(t, tail) : UInt32(t, tail)),
            DataPageOffset = UInt32(t, afterAddress),
            DataPageSize = UInt32(t, afterAddress + 4),
            DebuggerDataOffset = UInt32(t, afterAddress + 8),
            DebuggerDataSize = UInt32(t, afterAddress + 12),
            DataBlocksOffset = UInt32(t, afterAddress + 16),
            DataBlocksCount = UInt32(t, afterAddress + 20),
        };
    }
}
