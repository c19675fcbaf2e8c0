using KernelFault.Formats;

namespace KernelFault.Drivers.Risk.Blocklists;

/// <summary>Block lists kept for later: one of each kind, in a folder of the user. A list is read before it takes the place of the old one.</summary>
public sealed class BlocklistCache
{
    private const string Extension = ".blocklist";

    /// <summary>A cache in a folder, which need not exist.</summary>
    /// <param name="folder">The folder.</param>
    public BlocklistCache(string folder) => Folder = folder ?? throw new ArgumentNullException(nameof(folder));

    /// <summary>The folder.</summary>
    public string Folder { get; }

    /// <summary>The user's cache: <c>KernelFault/blocklists</c> below the folder for local data (<c>%LOCALAPPDATA%</c>, <c>$XDG_DATA_HOME</c> or <c>~/.local/share</c>).</summary>
    /// <returns>The cache.</returns>
    public static BlocklistCache OfUser() => new(Path.Combine(
        Environment.GetFolderPath(Environment.SpecialFolder.LocalApplicationData, Environment.SpecialFolderOption.DoNotVerify), "KernelFault", "blocklists"));

    /// <summary>The lists that are there.</summary>
    /// <returns>Paths, in a fixed order; none when the folder does not exist.</returns>
    public IReadOnlyList<string> Files() => [.. new[] { BlocklistKind.LolDrivers, BlocklistKind.AppControlPolicy }.Select(PathOf).Where(File.Exists)];

    /// <summary>Reads a file as a list and keeps it.</summary>
    /// <param name="path">The file; it stays where it is.</param>
    /// <param name="cancellation">Ends the work at once; the old list then stays.</param>
    /// <returns>The list as it was kept.</returns>
    /// <exception cref="DumpFormatException">It is no block list: the old one stays.</exception>
    /// <exception cref="IOException">It cannot be read, or the folder cannot be written.</exception>
    /// <exception cref="UnauthorizedAccessException">It may not be read, or the folder may not be written.</exception>
    public DriverBlocklist Store(string path, CancellationToken cancellation = default)
    {
        // What is no list is said of the file the user named; what is kept is what was read.
        _ = DriverBlocklist.Read(path, cancellation);
        string copy = NewFile();
        try
        {
            File.Copy(path, copy);
            return Keep(copy, cancellation);
        }
        finally
        {
            File.Delete(copy);
        }
    }

    /// <summary>A name for a new file in the folder, which is made when it is not there.</summary>
    internal string NewFile()
    {
        Directory.CreateDirectory(Folder);
        return Path.Combine(Folder, Guid.NewGuid().ToString("N") + ".new");
    }

    /// <summary>Reads a new file of the folder and puts it in the place of the old list of its kind.</summary>
    internal DriverBlocklist Keep(string newFile, CancellationToken cancellation)
    {
        BlocklistKind kind = DriverBlocklist.Read(newFile, cancellation).Kind;
        string target = PathOf(kind);
        cancellation.ThrowIfCancellationRequested();
#if NET
        File.Move(newFile, target, overwrite: true);
#else
        if (File.Exists(target))
        {
            File.Replace(newFile, target, null);
        }
        else
        {
            File.Move(newFile, target);
        }
#endif
        return DriverBlocklist.Read(target, cancellation);
    }

    private string PathOf(BlocklistKind kind) => Path.Combine(Folder, (kind == BlocklistKind.LolDrivers ? "loldrivers" : "app-control-policy") + Extension);
}
