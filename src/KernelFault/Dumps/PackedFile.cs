using System.IO.Compression;
using KernelFault.Formats;
using KernelFault.Formats.Xz;
using KernelFault.Formats.Zstd;
using KernelFault.Memory;

namespace KernelFault.Dumps;

/// <summary>A crash file packed as a whole with gzip, xz or zstd: unpacked to a temporary file, as the readers go to and fro in it.</summary>
internal static class PackedFile
{
    // xz is expanded in memory.
    private const long MaximumPackedXz = 512L * 1024 * 1024;
    private const int MaximumExpandedXz = 1024 * 1024 * 1024;

    /// <summary>The packing that first bytes tell of; null for none.</summary>
    internal static string? NameOf(ReadOnlySpan<byte> start) =>
        start.StartsWith((ReadOnlySpan<byte>)[0x1F, 0x8B, 8]) ? "gzip"
        : XzReader.IsXz(start) ? "xz"
        : start.StartsWith(ZstdFrameHeader.Signature) ? "zstd"
        : null;

    /// <summary>Unpacks a file.</summary>
    /// <param name="file">The packed file.</param>
    /// <param name="packing">As <see cref="NameOf"/> tells.</param>
    /// <param name="isWanted">Whether first bytes are worth unpacking the rest.</param>
    /// <param name="cancellationToken">Stops it.</param>
    /// <returns>The unpacked file; dispose it to have it deleted.</returns>
    /// <exception cref="DumpFormatException">It is damaged, expands to too much, or to nothing that is read here.</exception>
    /// <exception cref="OperationCanceledException">It was told to stop.</exception>
    internal static UnpackedFile Unpack(MappedFile file, string packing, Func<byte[], bool> isWanted, CancellationToken cancellationToken)
    {
        var unpacked = new UnpackedFile(file.Path, file.Length, packing, isWanted);
        try
        {
            using (var source = new FileStream(file.Path, FileMode.Open, FileAccess.Read, FileShare.Read | FileShare.Delete, 128 * 1024))
            {
                switch (packing)
                {
                    case "gzip":
                        ExpandGzip(source, unpacked, file.Path, cancellationToken);
                        break;
                    case "zstd":
                        ZstdFile.Expand(source, unpacked, file.Path, cancellationToken);
                        break;
                    default:
                        ExpandXz(file, unpacked);
                        break;
                }
            }

            unpacked.Finish();
            return unpacked;
        }
        catch
        {
            unpacked.Dispose();
            throw;
        }
    }

    private static void ExpandGzip(FileStream source, UnpackedFile output, string name, CancellationToken cancellationToken)
    {
        byte[] buffer = new byte[128 * 1024];
        try
        {
            using var gzip = new GZipStream(source, CompressionMode.Decompress, leaveOpen: true);
            int read;
            while ((read = gzip.Read(buffer, 0, buffer.Length)) > 0)
            {
                cancellationToken.ThrowIfCancellationRequested();
                output.Write(buffer, 0, read);
            }
        }
        catch (InvalidDataException e)
        {
            throw new DumpFormatException(name, source.Position, "gzip: " + e.Message);
        }
    }

    private static void ExpandXz(MappedFile file, UnpackedFile output)
    {
        if (file.Length > MaximumPackedXz)
        {
            throw new DumpFormatException(file.Path, 0, "this is xz data too large to be unpacked here: unpack it first.");
        }

        ArraySegment<byte> expanded = XzReader.Expand(file.SliceUpTo(0, (int)file.Length).ToArray(), file.Path, MaximumExpandedXz);
        output.Write(expanded.Array!, expanded.Offset, expanded.Count);
    }
}
