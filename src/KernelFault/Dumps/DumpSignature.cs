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
        ([.. "KDUMP   "u8], VmcoreFile.OpenMapped),
        ([.. FlattenedFile.Signature], VmcoreFile.OpenMapped),
    ];

    private const int TextSample = 4096;

    /// <summary>Opens a crash file of any kind, packed or not.</summary>
    /// <exception cref="DumpFormatException">It is none that is read here.</exception>
    /// <exception cref="OperationCanceledException">It was told to stop while it unpacked.</exception>
    internal static CrashDump Open(string path, CancellationToken cancellation)
    {
        var file = new MappedFile(path);
        try
        {
            return PackedFile.NameOf(file.SliceUpTo(0, 16)) is string packing
                ? OpenPacked(file, packing, cancellation)
                : Open(file, cancellation);
        }
        catch
        {
            file.Dispose();
            throw;
        }
    }

    private static CrashDump OpenPacked(MappedFile file, string packing, CancellationToken cancellation)
    {
        UnpackedFile unpacked = PackedFile.Unpack(file, packing, static start => Find(start) is not null || KernelLog.IsText(start), cancellation);
        MappedFile? inner = null;
        try
        {
            inner = new MappedFile(unpacked.FilePath);
            CrashDump dump = Open(inner, cancellation);
            dump.SetPacked(file.Path, file.Length, packing, unpacked);
            file.Dispose();
            return dump;
        }
        catch (DumpFormatException e)
        {
            inner?.Dispose();
            unpacked.Dispose();

            // The temporary file's name means nothing to anybody.
            throw e.Expected is string expected && e.Offset is long offset
                ? new DumpFormatException(file.Path, offset, $"in the unpacked {packing} data: {expected}")
                : e;
        }
        catch
        {
            inner?.Dispose();
            unpacked.Dispose();
            throw;
        }
    }

    private static CrashDump Open(MappedFile file, CancellationToken cancellation)
    {
        if (Find(file.SliceUpTo(0, 16)) is Func<MappedFile, CrashDump> open)
        {
            return open(file);
        }

        // Text has no signature: it is a kernel log when there is a crash in it.
        if (KernelLog.IsText(file.SliceUpTo(0, TextSample)) && KernelLog.Open(file.Path, cancellation) is { First: not null } log)
        {
            file.Dispose();
            return log;
        }

        throw UnknownFile.Describe(file);
    }

    private static Func<MappedFile, CrashDump>? Find(ReadOnlySpan<byte> start)
    {
        foreach ((byte[] signature, Func<MappedFile, CrashDump> open) in Formats)
        {
            if (start.StartsWith(signature))
            {
                return open;
            }
        }

        return null;
    }
}
