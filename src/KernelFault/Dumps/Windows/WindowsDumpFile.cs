using KernelFault.Memory;

namespace KernelFault.Dumps.Windows;

/// <summary>Opens a Windows kernel dump of any type.</summary>
internal static class WindowsDumpFile
{
    // DUMP_FILE_ATTRIBUTES, as debuggers name the bits.
    private const uint InsufficientDumpFileSize = 0x4;
    private const uint LiveDumpGenerated = 0x10 | 0x20;

    /// <summary>Opens it; takes the file over also when it throws.</summary>
    /// <exception cref="Formats.DumpFormatException">The file ends before the stop code.</exception>
    internal static WindowsDump Open(MappedFile file)
    {
        try
        {
            var warnings = new List<string>();
            WindowsDumpHeader header = WindowsDumpHeaderReader.Read(file, warnings);
            if ((header.Attributes.GetValueOrDefault() & LiveDumpGenerated) != 0)
            {
                warnings.Add("This is a live dump: the machine was not stopped by a crash when it was taken.");
            }

            if ((header.Attributes.GetValueOrDefault() & InsufficientDumpFileSize) != 0)
            {
                warnings.Add("Windows noted that the dump file was too small for all it wanted to write.");
            }

            DumpKind kind = WindowsDumpHeaderReader.KindOf(header.DumpType);
            if (kind == DumpKind.WindowsTriage)
            {
                return WindowsTriageDump.Open(file, header, warnings);
            }

            return WindowsMemoryDump.Open(file, kind, header, warnings);
        }
        catch
        {
            file.Dispose();
            throw;
        }
    }
}
