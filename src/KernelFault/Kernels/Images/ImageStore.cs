using System.Collections.Concurrent;
using System.Runtime.InteropServices;
using KernelFault.Formats;
using KernelFault.Formats.Pe;

namespace KernelFault.Kernels.Images;

// Where images are looked for, in each folder of the image path:
//   folder/name                         a flat folder of drivers
//   folder/name/TTTTTTTTsize/name       a symbol store (https://learn.microsoft.com/windows-hardware/drivers/debugger/using-symstore)
//   folder/na/name/TTTTTTTTsize/name    a two-tier store, marked by a file index2.txt; 'na' are the first two letters
// and on Windows, if wanted, in the running system's own folders. Names match without case on every platform.

/// <summary>
/// Finds the executable images of a crashed machine's modules on this one. Only a file whose timestamp and size are those of
/// the module counts. One instance serves any number of threads; it keeps every image it found open until it is disposed.
/// </summary>
public sealed class ImageStore : IDisposable
{
    /// <summary>No kernel image comes near it; a larger file is not looked at.</summary>
    private const long MaximumFileLength = 256L << 20;

    private readonly ImageFolder[] _folders;
    private readonly string? _systemRoot;
    private readonly Found? _found;
    private int _disposed;

    /// <summary>A store over folders.</summary>
    /// <param name="imagePath">Folders or symbol-store trees; those that do not exist are passed over.</param>
    /// <param name="useLocalImages">On Windows: look in this machine's own driver folders too.</param>
    public ImageStore(IReadOnlyList<string> imagePath, bool useLocalImages)
        : this(imagePath, useLocalImages && RuntimeInformation.IsOSPlatform(OSPlatform.Windows) ? LocalSystemRoot() : null)
    {
    }

    internal ImageStore(IReadOnlyList<string> imagePath, string? systemRoot)
    {
        _systemRoot = systemRoot;
        _folders = imagePath.Count == 0 ? [] : imagePath.Where(path => !string.IsNullOrWhiteSpace(path)).Distinct(StringComparer.Ordinal).Select(path => new ImageFolder(path)).ToArray();
        if (HasSources)
        {
            // Most analyses have no images at hand, and start quicker without loading these types.
            _found = new Found();
        }
    }

    /// <summary>A store that holds nothing: analysis without images.</summary>
    /// <returns>The store.</returns>
    public static ImageStore Empty() => new([], systemRoot: null);

    /// <summary>True if a person named folders to look in.</summary>
    public bool HasImagePath => _folders.Length > 0;

    /// <summary>True if there is anywhere to look.</summary>
    public bool HasSources => _folders.Length > 0 || _systemRoot is not null;

    /// <summary>The image of a module.</summary>
    /// <param name="module">The module; without a recorded timestamp nothing can match it.</param>
    /// <returns>The image, owned by this store; null when none matches.</returns>
    public PeImage? Find(KernelModule module) => Match(module).Image;

    /// <summary>The image of a module, or the file that has its name only.</summary>
    /// <param name="module">The module; without a recorded timestamp nothing can match it.</param>
    /// <returns>What was found.</returns>
    public ImageMatch Match(KernelModule module) =>
        module.TimeDateStamp is { } stamp ? Match(module.Name, stamp, module.Size, module.Path) : ImageMatch.None;

    /// <summary>The image with a name, timestamp and size.</summary>
    /// <param name="name">File name; a name that is no plain file name finds nothing.</param>
    /// <param name="timeDateStamp">Its <c>TimeDateStamp</c>.</param>
    /// <param name="sizeOfImage">Its <c>SizeOfImage</c>, in bytes.</param>
    /// <returns>The image, owned by this store; null when none matches.</returns>
    public PeImage? Find(string name, uint timeDateStamp, uint sizeOfImage) => Match(name, timeDateStamp, sizeOfImage, null).Image;

    /// <inheritdoc/>
    public void Dispose()
    {
        if (Interlocked.Exchange(ref _disposed, 1) != 0)
        {
            return;
        }

        _found?.Clear();
    }

    private ImageMatch Match(string name, uint stamp, uint size, string? path)
    {
        if (_found is null || Volatile.Read(ref _disposed) != 0 || !ImageName.IsSafe(name))
        {
            return ImageMatch.None;
        }

        return _found.Matches.GetOrAdd(new Key(name.ToUpperInvariant(), stamp, size), key => new Lazy<ImageMatch>(() => Search(name, key, path))).Value;
    }

    private ImageMatch Search(string name, Key key, string? modulePath)
    {
        string storeKey = PeImage.StoreKey(key.TimeDateStamp, key.SizeOfImage);
        ImageMatch mismatch = ImageMatch.None;
        foreach (string candidate in Places(name, storeKey, modulePath))
        {
            PeImage? image = _found!.Files.GetOrAdd(candidate, path => new Lazy<PeImage?>(() => Load(path))).Value;
            if (image is null)
            {
                continue;
            }

            if (image.Header.TimeDateStamp == key.TimeDateStamp && image.Header.SizeOfImage == key.SizeOfImage)
            {
                return new ImageMatch(image, null, null);
            }

            if (mismatch.MismatchPath is null)
            {
                mismatch = new ImageMatch(null, candidate, image.SymbolStoreKey);
            }
        }

        return mismatch;
    }

    private IEnumerable<string> Places(string name, string storeKey, string? modulePath)
    {
        foreach (string candidate in ImageName.Candidates(name))
        {
            if (!ImageName.IsSafe(candidate))
            {
                continue;
            }

            foreach (ImageFolder folder in _folders)
            {
                foreach (string path in folder.Find(candidate, storeKey))
                {
                    yield return path;
                }
            }
        }

        if (_systemRoot is not null)
        {
            foreach (string path in LocalImages.Find(_systemRoot, name, modulePath))
            {
                yield return path;
            }
        }
    }

    // A file that cannot be read is as good as none: the analysis goes on without it.
    private static PeImage? Load(string path)
    {
        try
        {
            return new FileInfo(path).Length is > 0 and <= MaximumFileLength ? PeImage.Open(path) : null;
        }
        catch (Exception exception) when (exception is IOException or UnauthorizedAccessException or DumpFormatException or NotSupportedException)
        {
            return null;
        }
    }

    private static string? LocalSystemRoot()
    {
        string root = Environment.GetFolderPath(Environment.SpecialFolder.Windows);
        return root.Length > 0 ? root : null;
    }

    /// <summary>What was looked for, and what was opened.</summary>
    private sealed class Found
    {
        internal ConcurrentDictionary<Key, Lazy<ImageMatch>> Matches { get; } = new();

        internal ConcurrentDictionary<string, Lazy<PeImage?>> Files { get; } = new(StringComparer.Ordinal);

        internal void Clear()
        {
            foreach (Lazy<PeImage?> file in Files.Values)
            {
                file.Value?.Dispose();
            }

            Files.Clear();
            Matches.Clear();
        }
    }

    private readonly record struct Key(string Name, uint TimeDateStamp, uint SizeOfImage);
}
