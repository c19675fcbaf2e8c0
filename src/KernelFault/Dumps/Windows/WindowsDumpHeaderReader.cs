using System.Globalization;
using KernelFault.Formats;
using KernelFault.Memory;
using static KernelFault.Dumps.Windows.LittleEndian;

namespace KernelFault.Dumps.Windows;

// DUMP_HEADER64 and DUMP_HEADER32 of ntiodump.h. A file that ends inside the header is read as if the rest had never been
// written ("PAGE"), so that a truncated dump still tells its stop code.

/// <summary>Reads the header of a Windows kernel dump.</summary>
internal static class WindowsDumpHeaderReader
{
    /// <summary>Length of <c>DUMP_HEADER64</c>; where a triage dump's own header starts.</summary>
    internal const int Size64 = 0x2000;

    /// <summary>Length of <c>DUMP_HEADER32</c>.</summary>
    internal const int Size32 = 0x1000;

    /// <summary>The text <c>PAGE</c> that Windows fills the header with.</summary>
    internal const uint Page32 = 0x45474150;

    private const ulong Page64 = 0x4547415045474150;
    private const int CommentSize = 128;

    /// <summary>Reads it.</summary>
    /// <param name="file">The dump.</param>
    /// <param name="warnings">Gets what is wrong.</param>
    /// <exception cref="DumpFormatException">The file ends before the stop code.</exception>
    internal static WindowsDumpHeader Read(MappedFile file, List<string> warnings)
    {
        bool is64Bit = UInt32(file.SliceUpTo(0, 8), 4) == 0x34365544;
        int size = is64Bit ? Size64 : Size32;
        int needed = is64Bit ? 0x60 : 0x3C;
        if (file.Length < needed)
        {
            throw new DumpFormatException(file.Path, file.Length, FormattableString.Invariant(
                $"the file ends inside the dump header, before the stop code: at least {needed} bytes expected, {file.Length} found."));
        }

        byte[] buffer = new byte[size];
        ReadOnlySpan<byte> present = file.SliceUpTo(0, size);
        present.CopyTo(buffer);
        if (present.Length < size)
        {
            for (int i = present.Length; i < size; i++)
            {
                buffer[i] = "PAGE"u8[i & 3];
            }

            warnings.Add(FormattableString.Invariant(
                $"The file ends at byte {present.Length} inside the dump header of {size} bytes: it was cut off, only its start can be read."));
        }

        WindowsDumpHeader header = is64Bit ? Read64(buffer) : Read32(buffer);
        if (header.Architecture == Architecture.Unknown)
        {
            warnings.Add("The header's MachineImageType " + header.MachineImageType.ToString("x", CultureInfo.InvariantCulture) + "h is no known processor: registers are not read.");
        }

        return header;
    }

    /// <summary>Which kind a <c>DumpType</c> number is.</summary>
    internal static DumpKind KindOf(uint dumpType) => dumpType switch
    {
        1 => DumpKind.WindowsFull,
        2 => DumpKind.WindowsKernel,
        3 => DumpKind.WindowsHeader,
        4 => DumpKind.WindowsTriage,
        5 => DumpKind.WindowsBitmapFull,
        6 => DumpKind.WindowsBitmapKernel,
        7 => DumpKind.WindowsAutomatic,
        _ => DumpKind.Unknown,
    };

    private static WindowsDumpHeader Read64(ReadOnlySpan<byte> h)
    {
        uint machine = UInt32(h, 0x30);
        Architecture architecture = ArchitectureOf(machine);
        return new WindowsDumpHeader
        {
            Is64Bit = true,
            MajorVersion = UInt32(h, 0x08),
            BuildNumber = Known(UInt32(h, 0x0C)) ?? 0,
            Architecture = architecture,
            MachineImageType = machine,
            DirectoryTableBase = new PhysicalAddress(UInt64(h, 0x10)),
            PfnDatabase = Address(UInt64(h, 0x18)),
            PsLoadedModuleList = Address(UInt64(h, 0x20)),
            PsActiveProcessHead = Address(UInt64(h, 0x28)),
            KdDebuggerDataBlock = Address(UInt64(h, 0x80)),
            NumberProcessors = Known(UInt32(h, 0x34)) ?? 0,
            BugCheckCode = UInt32(h, 0x38),
            BugCheckParameters = [UInt64(h, 0x40), UInt64(h, 0x48), UInt64(h, 0x50), UInt64(h, 0x58)],
            DumpType = UInt32(h, 0xF98),
            RequiredDumpSpace = Known(UInt64(h, 0xFA0)),
            SystemTime = FileTime(UInt64(h, 0xFA8)),
            SystemUpTime = UpTime(UInt64(h, 0x1030)),
            ProductType = Known(UInt32(h, 0x1040)),
            SuiteMask = Known(UInt32(h, 0x1044)),
            Comment = Text(h.Slice(0xFB0, CommentSize)),
            VersionUser = Text(h.Slice(0x60, 32)),
            SecondaryDataState = Known(UInt32(h, 0x103C)),
            WriterStatus = Known(UInt32(h, 0x1048)),
            MiniDumpFields = Known(UInt32(h, 0x1038)),
            KdSecondaryVersion = Known(h, 0x104D),
            Attributes = Known(UInt32(h, 0x1050)),
            BootId = Known(UInt32(h, 0x1054)),
            Exception = ExceptionRecord.Parse(is64Bit: true, h.Slice(0xF00, ExceptionRecord.Size64)),
            Context = ContextRecord.Parse(architecture, h.Slice(0x348, 3000)),
        };
    }

    private static WindowsDumpHeader Read32(ReadOnlySpan<byte> h)
    {
        uint machine = UInt32(h, 0x20);
        Architecture architecture = ArchitectureOf(machine);
        return new WindowsDumpHeader
        {
            Is64Bit = false,
            MajorVersion = UInt32(h, 0x08),
            BuildNumber = Known(UInt32(h, 0x0C)) ?? 0,
            Architecture = architecture,
            MachineImageType = machine,
            DirectoryTableBase = new PhysicalAddress(UInt32(h, 0x10)),
            PfnDatabase = Address(UInt32(h, 0x14)),
            PsLoadedModuleList = Address(UInt32(h, 0x18)),
            PsActiveProcessHead = Address(UInt32(h, 0x1C)),
            KdDebuggerDataBlock = Address(UInt32(h, 0x60)),
            NumberProcessors = Known(UInt32(h, 0x24)) ?? 0,
            BugCheckCode = UInt32(h, 0x28),
            BugCheckParameters = [UInt32(h, 0x2C), UInt32(h, 0x30), UInt32(h, 0x34), UInt32(h, 0x38)],
            DumpType = UInt32(h, 0xF88),
            RequiredDumpSpace = Known(UInt64(h, 0xFA0)),
            SystemTime = FileTime(UInt64(h, 0xFC0)),
            SystemUpTime = UpTime(UInt64(h, 0xFB8)),
            ProductType = Known(UInt32(h, 0xF94)),
            SuiteMask = Known(UInt32(h, 0xF98)),
            Comment = Text(h.Slice(0x820, CommentSize)),
            VersionUser = Text(h.Slice(0x3C, 32)),
            SecondaryDataState = Known(UInt32(h, 0xF90)),
            WriterStatus = Known(UInt32(h, 0xF9C)),
            MiniDumpFields = Known(UInt32(h, 0xF8C)),
            KdSecondaryVersion = Known(h, 0x5D),
            Attributes = Known(UInt32(h, 0x8A0)),
            BootId = Known(UInt32(h, 0x8A4)),
            Exception = ExceptionRecord.Parse(is64Bit: false, h.Slice(0x7D0, ExceptionRecord.Size32)),
            Context = ContextRecord.Parse(architecture, h.Slice(0x320, 1200)),
        };
    }

    private static Architecture ArchitectureOf(uint machine) => machine switch
    {
        0x014C => Architecture.X86,
        0x8664 => Architecture.X64,
        0xAA64 => Architecture.Arm64,
        0x01C4 => Architecture.Arm,
        _ => Architecture.Unknown,
    };

    private static uint? Known(uint value) => value == Page32 ? null : value;

    private static ulong? Known(ulong value) => value == Page64 ? null : value;

    // One byte of the fill cannot be told from a value: 'A' in second place means "never written".
    private static byte? Known(ReadOnlySpan<byte> header, int offset) => header[offset] == "PAGE"u8[offset & 3] ? null : header[offset];

    private static VirtualAddress? Address(ulong value) => value is 0 or Page64 or Page32 ? null : new VirtualAddress(value);

    private static TimeSpan? UpTime(ulong value)
    {
        // 100 years in units of 100 ns: no machine runs longer.
        const ulong Limit = 100UL * 366 * 24 * 3600 * 10_000_000;
        return value is Page64 or 0 or >= Limit ? null : TimeSpan.FromTicks((long)value);
    }

    private static string? Text(ReadOnlySpan<byte> bytes)
    {
        string text = PrintableText.Clean(Ascii(bytes)).Trim();
        return text.Length == 0 || text.StartsWith("PAGEPAGE", StringComparison.Ordinal) || text == "PAGE" ? null : text;
    }
}
