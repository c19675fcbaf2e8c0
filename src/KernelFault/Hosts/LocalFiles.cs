using System.Security.Cryptography;
using KernelFault.Formats;

namespace KernelFault.Hosts;

/// <summary>Files of this machine, with the errors and limits of a host.</summary>
internal static class LocalFiles
{
    private const int BufferSize = 128 * 1024;

    internal static HostFile? Find(string host, string path) => Try(host, path, () =>
    {
        var folder = new DirectoryInfo(path);
        var file = new FileInfo(path);
        return folder.Exists ? Entry(folder) : file.Exists ? Entry(file) : null;
    });

    internal static IReadOnlyList<HostFile> List(string host, string path, CancellationToken cancellation) => Try(host, path, () =>
    {
        var files = new List<HostFile>();
        foreach (FileSystemInfo item in new DirectoryInfo(path).EnumerateFileSystemInfos())
        {
            cancellation.ThrowIfCancellationRequested();
            if (item.Exists)
            {
                files.Add(Entry(item));
            }
        }

        files.Sort((x, y) => string.CompareOrdinal(x.Path, y.Path));
        return files;
    });

    internal static byte[] Read(string host, string path, long maximumLength, CancellationToken cancellation)
    {
        var content = new MemoryStream();
        Pump(host, path, 0, (buffer, count) =>
        {
            if (content.Length + count > maximumLength)
            {
                throw HostFileError.TooLarge(host, path, maximumLength);
            }

            content.Write(buffer, 0, count);
        }, cancellation);
        return content.ToArray();
    }

    internal static void Copy(string host, string path, long offset, Stream destination, CancellationToken cancellation) =>
        Pump(host, path, offset, (buffer, count) => destination.Write(buffer, 0, count), cancellation);

    internal static string Hash(string host, string path, CancellationToken cancellation)
    {
        using var hash = IncrementalHash.CreateHash(HashAlgorithmName.SHA256);
        Pump(host, path, 0, (buffer, count) => hash.AppendData(buffer, 0, count), cancellation);
        return HashText(hash.GetHashAndReset());
    }

    internal static void Write(string host, string path, byte[] content, CancellationToken cancellation)
    {
        if (content is null)
        {
            throw new ArgumentNullException(nameof(content));
        }

        Try(host, path, () =>
        {
            WholeFile.Write(path, stream =>
            {
                for (int at = 0; at < content.Length; at += BufferSize)
                {
                    cancellation.ThrowIfCancellationRequested();
                    stream.Write(content, at, Math.Min(BufferSize, content.Length - at));
                }
            });
            return true;
        });
    }

#pragma warning disable CA1308 // Hashes of files are written in lower case, as sha256sum does.
    internal static string HashText(byte[] hash) => Hexadecimal.Of(hash).ToLowerInvariant();
#pragma warning restore CA1308

    internal static HostFile Entry(FileSystemInfo item) =>
        new(item.FullName, item is DirectoryInfo, item is FileInfo file ? file.Length : 0, item.LastWriteTimeUtc);

    private static void Pump(string host, string path, long offset, Action<byte[], int> take, CancellationToken cancellation) => Try(host, path, () =>
    {
        using var stream = new FileStream(path, FileMode.Open, FileAccess.Read, FileShare.ReadWrite | FileShare.Delete, 1);
        if (offset > 0)
        {
            stream.Seek(offset, SeekOrigin.Begin);
        }

        byte[] buffer = new byte[BufferSize];
        int read;
        while ((read = stream.Read(buffer, 0, buffer.Length)) > 0)
        {
            cancellation.ThrowIfCancellationRequested();
            take(buffer, read);
        }

        return true;
    });

    private static T Try<T>(string host, string path, Func<T> work)
    {
        if (path is null)
        {
            throw new ArgumentNullException(nameof(path));
        }

        try
        {
            return Path.IsPathRooted(path) ? work() : throw HostFileError.NotWhole(host, path);
        }
        catch (Exception e) when (HostFileError.Is(e))
        {
            throw HostFileError.Of(host, path, e);
        }
    }
}
