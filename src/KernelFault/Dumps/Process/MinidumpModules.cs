using System.Globalization;
using System.Text;
using KernelFault.Formats;
using KernelFault.Memory;
using static KernelFault.Dumps.Windows.LittleEndian;

namespace KernelFault.Dumps.Process;

// MINIDUMP_MODULE, 108 bytes: BaseOfImage (8), SizeOfImage, CheckSum, TimeDateStamp, ModuleNameRva (4 each), VS_FIXEDFILEINFO
// (52), CvRecord and MiscRecord (size and RVA each), reserved (16). A CodeView record is "RSDS", GUID, age, path of the PDB; or
// Breakpad's "LEpB" and an ELF build id.

/// <summary>Reads the lists of modules of an <c>MDMP</c> file.</summary>
internal static class MinidumpModules
{
    private const uint ModuleListStream = 4;
    private const uint UnloadedModuleListStream = 14;
    private const int ModuleSize = 108;
    private const int UnloadedModuleSize = 24;
    private const uint FixedFileInfoSignature = 0xFEEF04BD;

    // The largest programs load some 1,500; each may name a text of a kilobyte.
    private const int MaximumModules = 8 * 1024;

    internal static List<ProcessModule> Read(MinidumpDirectory directory, List<string> warnings)
    {
        int count = directory.List(ModuleListStream, ModuleSize, MaximumModules, "modules", warnings, out ReadOnlySpan<byte> entries);
        var modules = new List<ProcessModule>(count);
        for (int i = 0; i < count; i++)
        {
            ReadOnlySpan<byte> entry = entries.Slice(i * ModuleSize, ModuleSize);
            uint size = UInt32(entry, 8);
            if (size == 0)
            {
                continue;
            }

            string path = directory.RawText(UInt32(entry, 20)) ?? string.Empty;
            uint checkSum = UInt32(entry, 12);
            uint time = UInt32(entry, 16);
            modules.Add(new ProcessModule
            {
                Name = path.Length == 0 ? "unnamed module" : PrintableText.Clean(FileName(path)),
                Path = PrintableText.Clean(path),
                BaseAddress = new VirtualAddress(UInt64(entry, 0)),
                Size = size,
                CheckSum = checkSum == 0 ? null : checkSum,
                TimeDateStamp = time == 0 ? null : time,
                FileVersion = Version(entry.Slice(24, 52)),
                BuildId = BuildId(directory, UInt32(entry, 76), UInt32(entry, 80)),
            });
        }

        return modules;
    }

    internal static List<ProcessUnloadedModule> ReadUnloaded(MinidumpDirectory directory, List<string> warnings)
    {
        var modules = new List<ProcessUnloadedModule>();
        if (!directory.TryStream(UnloadedModuleListStream, out ReadOnlySpan<byte> bytes, out _) || bytes.Length < 12)
        {
            return modules;
        }

        uint header = UInt32(bytes, 0);
        uint size = UInt32(bytes, 4);
        uint claimed = UInt32(bytes, 8);
        if (header < 12 || header > bytes.Length || size < UnloadedModuleSize || size > 4096)
        {
            warnings.Add("The minidump's list of unloaded modules is damaged.");
            return modules;
        }

        uint count = Math.Min(Math.Min(claimed, (uint)(bytes.Length - header) / size), MaximumModules);
        for (uint i = 0; i < count; i++)
        {
            ReadOnlySpan<byte> entry = bytes.Slice((int)(header + (i * size)), UnloadedModuleSize);
            string path = directory.RawText(UInt32(entry, 20)) ?? string.Empty;
            modules.Add(new ProcessUnloadedModule(
                path.Length == 0 ? "unnamed module" : PrintableText.Clean(FileName(path)), new VirtualAddress(UInt64(entry, 0)), UInt32(entry, 8)));
        }

        return modules;
    }

    /// <summary>What follows the last separator of a Windows or Unix path, not yet safe to show: escapes hold a backslash.</summary>
    internal static string FileName(string path)
    {
        string name = path.Substring(path.LastIndexOfAny(['/', '\\']) + 1);
        return name.Length == 0 ? path : name;
    }

    private static string? Version(ReadOnlySpan<byte> info)
    {
        if (UInt32(info, 0) != FixedFileInfoSignature)
        {
            return null;
        }

        uint high = UInt32(info, 8);
        uint low = UInt32(info, 12);
        return high == 0 && low == 0
            ? null
            : FormattableString.Invariant($"{high >> 16}.{high & 0xFFFF}.{low >> 16}.{low & 0xFFFF}");
    }

    private static string? BuildId(MinidumpDirectory directory, uint size, uint offset)
    {
        const int MaximumElfBuildId = 64;
        if (size < 4 || !directory.File.TrySlice(offset, 4, out ReadOnlySpan<byte> signature))
        {
            return null;
        }

        if (signature.SequenceEqual("RSDS"u8) && size >= 24 && directory.File.TrySlice(offset, 24, out ReadOnlySpan<byte> record))
        {
            var guid = new Guid(record.Slice(4, 16).ToArray());
            return guid.ToString("N").ToUpperInvariant() + UInt32(record, 20).ToString("X", CultureInfo.InvariantCulture);
        }

        return signature.SequenceEqual("LEpB"u8) ? Hexadecimal(directory.File.SliceUpTo(offset + 4L, (int)Math.Min(size - 4, MaximumElfBuildId))) : null;
    }

    /// <summary>Bytes in hexadecimal; null for none.</summary>
    internal static string? Hexadecimal(ReadOnlySpan<byte> bytes)
    {
        if (bytes.IsEmpty)
        {
            return null;
        }

        var text = new StringBuilder(bytes.Length * 2);
        foreach (byte b in bytes)
        {
            text.Append(b.ToString("x2", CultureInfo.InvariantCulture));
        }

        return text.ToString();
    }
}
