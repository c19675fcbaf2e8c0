using KernelFault.Dumps.Linux;
using KernelFault.Dumps.Logs;
using KernelFault.Dumps.Process;
using KernelFault.Dumps.Windows;
using KernelFault.Formats;
using KernelFault.Memory;

namespace KernelFault.Dumps;

/// <summary>Decides by the first bytes which reader opens a file.</summary>
internal static class DumpSignature
{
    // One line a format: its first bytes and who opens it. The opener takes the mapped file over.
    private static readonly (byte[] Signature, Func<MappedFile, CrashDump> Open)[] Formats =
    [
        ([.. "PAGEDU64"u8], WindowsDumpFile.Open),
        ([.. "PAGEDUMP"u8], WindowsDumpFile.Open),
        ([.. "MDMP"u8], ProcessDump.OpenMinidump),
        ([0x7F, (byte)'E', (byte)'L', (byte)'F'], VmcoreFile.OpenElf),
        ([.. "KDUMP   "u8], VmcoreFile.OpenKdump),
        ([.. FlattenedFile.Signature], VmcoreFile.OpenFlattened),
    ];

    private const int TextSample = 4096;

    /// <summary>Opens a crash file of any kind.</summary>
    /// <exception cref="DumpFormatException">It is none that is read here.</exception>
    internal static CrashDump Open(string path, CancellationToken cancellation)
    {
        var file = new MappedFile(path);
        try
        {
            ReadOnlySpan<byte> start = file.SliceUpTo(0, 16);
            foreach ((byte[] signature, Func<MappedFile, CrashDump> open) in Formats)
            {
                if (start.StartsWith(signature))
                {
                    return open(file);
                }
            }

            // Text has no signature: it is a kernel log when there is a crash in it.
            if (KernelLog.IsText(file.SliceUpTo(0, TextSample)) && KernelLog.Open(path, cancellation) is { First: not null } log)
            {
                file.Dispose();
                return log;
            }

            throw UnknownFile.Describe(file);
        }
        catch
        {
            file.Dispose();
            throw;
        }
    }
}
