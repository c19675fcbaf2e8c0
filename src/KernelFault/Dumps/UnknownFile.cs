using System.Globalization;
using KernelFault.Formats;
using KernelFault.Memory;

namespace KernelFault.Dumps;

/// <summary>Says what a file that is no crash dump is, so that whoever gave it knows what to look for instead.</summary>
internal static class UnknownFile
{
    /// <summary>What was expected, and how it would have been told.</summary>
    internal const string Expected = "a crash dump was expected (a Windows kernel dump starts with PAGEDU64 or PAGEDUMP, a process dump with MDMP, an ELF core with 7f 45 4c 46, a Linux vmcore with that, KDUMP or makedumpfile)";

    // Looked at for "only zeros": more than any minidump has.
    private const int SampleSize = 8 * 1024 * 1024;

    private static readonly (byte[] Signature, string Meaning)[] Known =
    [
        ([0x50, 0x4B, 0x03, 0x04], "this is a ZIP archive: unpack it first"),
        ([0x50, 0x4B, 0x05, 0x06], "this is an empty ZIP archive"),
        ([0x1F, 0x8B], "this is gzip data of an unknown kind"),
        ([0x37, 0x7A, 0xBC, 0xAF, 0x27, 0x1C], "this is a 7-Zip archive: unpack it first"),
        ([.. "Rar!"u8], "this is a RAR archive: unpack it first"),
        ([.. "MSCF"u8], "this is a Windows cabinet: unpack it first"),
        ([.. "regf"u8], "this is a Windows registry hive"),
        ([.. "hbin"u8], "this is a piece of a Windows registry hive"),
        ([.. "ElfFile\0"u8], "this is a Windows event log (.evtx)"),
        ([.. "Microsoft C/C++ MSF 7.00"u8], "this is a PDB symbol file"),
        ([.. "MZ"u8], "this is a program or driver image (PE), not a dump of one"),
        ([.. "USERDUMP"u8], "this is a user-mode dump of Windows 2000 days, a format that is not read"),
        ([.. "PAGE"u8], "this starts like a Windows page-file dump, but what follows is no known kind"),
        ([.. "DISKDUMP"u8], "this is a diskdump file of Linux 2.4 and 2.6 days, a format that is not read"),
        ([.. "%PDF"u8], "this is a PDF document"),
        ([0x89, 0x50, 0x4E, 0x47], "this is a PNG picture, perhaps of a blue screen"),
        ([0xFF, 0xD8, 0xFF], "this is a JPEG picture, perhaps of a blue screen"),
    ];

    /// <summary>The exception to throw: the file's name, its first bytes, what they mean, what was expected.</summary>
    internal static DumpFormatException Describe(MappedFile file)
    {
        ReadOnlySpan<byte> start = file.SliceUpTo(0, 16);
        string found = start.IsEmpty ? "the file is empty" : "the file starts with " + Hex(start);
        string? meaning = Meaning(file);
        return new DumpFormatException(file.Path, 0, Expected + "; " + found + (meaning is null ? "." : ": " + meaning + "."));
    }

    private static string? Meaning(MappedFile file)
    {
        ReadOnlySpan<byte> sample = file.SliceUpTo(0, SampleSize);
        if (sample.IsEmpty)
        {
            return "nothing was written to it, as when the disk fills or fails while the dump is saved";
        }

        if (IsFilledWith(sample, 0))
        {
            return AllOf(file, sample) + " zero bytes: the disk lost the contents after the crash, there is nothing left to read";
        }

        if (IsFilledWith(sample, 0xFF))
        {
            return AllOf(file, sample) + " FF bytes: the disk lost the contents after the crash, there is nothing left to read";
        }

        foreach ((byte[] signature, string known) in Known)
        {
            if (sample.StartsWith(signature))
            {
                return known;
            }
        }

        return LooksLikeText(sample.Slice(0, Math.Min(sample.Length, 4096))) ? "this is text, and no crash of a Linux kernel is in it" : null;
    }

    private static string AllOf(MappedFile file, ReadOnlySpan<byte> sample) => sample.Length == file.Length
        ? FormattableString.Invariant($"all {file.Length} bytes are")
        : FormattableString.Invariant($"the first {sample.Length} of {file.Length} bytes are");

    private static bool IsFilledWith(ReadOnlySpan<byte> bytes, byte value)
    {
        foreach (byte b in bytes)
        {
            if (b != value)
            {
                return false;
            }
        }

        return true;
    }

    private static bool LooksLikeText(ReadOnlySpan<byte> bytes)
    {
        if (bytes.StartsWith((ReadOnlySpan<byte>)[0xFF, 0xFE]) || bytes.StartsWith((ReadOnlySpan<byte>)[0xEF, 0xBB, 0xBF]))
        {
            return true;
        }

        foreach (byte b in bytes)
        {
            if (b < 0x20 && b is not ((byte)'\t' or (byte)'\n' or (byte)'\r' or 0x1B or 0x0C))
            {
                return false;
            }
        }

        return true;
    }

    private static string Hex(ReadOnlySpan<byte> bytes)
    {
        var text = new System.Text.StringBuilder(bytes.Length * 3);
        foreach (byte b in bytes)
        {
            text.Append(text.Length == 0 ? string.Empty : " ").Append(b.ToString("x2", CultureInfo.InvariantCulture));
        }

        return text.ToString();
    }
}
