using System.Security.Cryptography;
using KernelFault.Formats;
using KernelFault.Formats.Compression;
using KernelFault.Formats.Elf;
using KernelFault.Formats.Pe;
using KernelFault.Memory;

namespace KernelFault.Drivers;

/// <summary>Reads a driver's file: an image of Windows or a module of Linux, told by its first bytes, never by its name.</summary>
public static class DriverFile
{
    /// <summary>Reads one file of this machine. Nothing but the file is asked: no catalogue, no registry, no network.</summary>
    /// <param name="path">The file: <c>.sys</c>, or <c>.ko</c>, packed or not.</param>
    /// <param name="cancellation">Ends the work at once.</param>
    /// <returns>What the file says of itself; its computer is its path.</returns>
    /// <exception cref="DumpFormatException">It is neither an image nor a module.</exception>
    /// <exception cref="IOException">It cannot be read.</exception>
    /// <exception cref="UnauthorizedAccessException">It may not be read.</exception>
    public static KernelDriver Read(string path, CancellationToken cancellation = default)
    {
        if (path is null)
        {
            throw new ArgumentNullException(nameof(path));
        }

        cancellation.ThrowIfCancellationRequested();
        var driver = new KernelDriver { Name = WindowsPath.BaseName(path), ComputerName = path, Source = DriverSource.File, Kind = KernelDriverKind.Driver, Path = path };
        if (IsModule(path))
        {
            LinuxModuleFile module = LinuxModuleFile.Open(path);
            return LinuxDriverFile.Complete(driver with { Name = module.Name, FileSize = new FileInfo(path).Length, Sha256 = FileHash.Sha256(path) }, module);
        }

        using PeImage image = OpenImage(path);

        // Some old entries of block lists have no other hash; for a whole machine these two would cost more than they find.
        return new WindowsDriverFile(DateTimeOffset.UtcNow).Complete(driver, image) with
        {
            Sha1 = FileHash.Of(image, HashAlgorithmName.SHA1),
            Md5 = FileHash.Of(image, HashAlgorithmName.MD5),
        };
    }

    private static PeImage OpenImage(string path)
    {
        using (var file = new MappedFile(path))
        {
            if (!file.SliceUpTo(0, 2).SequenceEqual("MZ"u8))
            {
                throw new DumpFormatException(path, 0, "expected a driver: an image of Windows ('MZ') or a module of Linux (ELF, packed or not).");
            }
        }

        return PeImage.Open(path);
    }

    private static bool IsModule(string path)
    {
        using var file = new MappedFile(path);
        ReadOnlySpan<byte> start = file.SliceUpTo(0, PackedFile.LongestSignature);
        return start.StartsWith((ReadOnlySpan<byte>)[0x7F, (byte)'E', (byte)'L', (byte)'F']) || PackedFile.KindOf(start) is not null;
    }
}
