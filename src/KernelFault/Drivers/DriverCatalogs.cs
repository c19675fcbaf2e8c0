using KernelFault.Formats;
using KernelFault.Formats.Authenticode;
using KernelFault.Hosts;

namespace KernelFault.Drivers;

/// <summary>The catalogues of a Windows: read once, when the first file asks that has no signature of its own.</summary>
internal sealed class DriverCatalogs
{
    private const long MaximumSize = 32 * 1024 * 1024;
    private const int MaximumCatalogs = 50_000;

    private readonly Dictionary<string, FoundCatalog> _byDigest = new(StringComparer.OrdinalIgnoreCase);

    private DriverCatalogs()
    {
    }

    /// <summary>What could not be read.</summary>
    internal List<string> Warnings { get; } = [];

    /// <summary>Reads the catalogues of some folders.</summary>
    /// <param name="host">Where they are.</param>
    /// <param name="folders">The folders.</param>
    /// <param name="wanted">Authenticode hashes of the files in question: no other member is kept.</param>
    /// <param name="cancellation">Ends the work at once.</param>
    /// <returns>The catalogues; null when there is none in any of the folders.</returns>
    internal static DriverCatalogs? Read(IHost host, IEnumerable<string> folders, ICollection<string> wanted, CancellationToken cancellation)
    {
        var digests = new HashSet<string>(wanted, StringComparer.OrdinalIgnoreCase);
        var catalogs = new DriverCatalogs();
        int seen = 0;
        foreach (string folder in folders)
        {
            foreach (HostFile file in Files(host, folder, cancellation))
            {
                if (++seen > MaximumCatalogs)
                {
                    catalogs.Warnings.Add($"There are more than {MaximumCatalogs} catalogues; the others are not read.");
                    return catalogs;
                }

                catalogs.Add(host, file, digests, cancellation);
            }
        }

        return seen == 0 ? null : catalogs;
    }

    /// <summary>The catalogue that names a file; the first found when there are more.</summary>
    internal FoundCatalog? Find(string sha256, string sha1) =>
        _byDigest.TryGetValue(sha256, out FoundCatalog? found) || _byDigest.TryGetValue(sha1, out found) ? found : null;

    private static IEnumerable<HostFile> Files(IHost host, string folder, CancellationToken cancellation)
    {
        try
        {
            return host.ListFiles(folder, cancellation).Where(file => !file.IsFolder && file.Path.EndsWith(".cat", StringComparison.OrdinalIgnoreCase));
        }
        catch (HostException e) when (e.Kind is HostErrorKind.NotFound or HostErrorKind.AccessDenied or HostErrorKind.Failed)
        {
            return [];
        }
    }

    private void Add(IHost host, HostFile file, HashSet<string> wanted, CancellationToken cancellation)
    {
        string name = WindowsPath.FileName(file.Path);
        try
        {
            SecurityCatalog catalog = SecurityCatalog.Read(host.ReadFile(file.Path, MaximumSize, cancellation), file.Path);
            foreach (CatalogMember member in catalog.Members)
            {
                if (wanted.Contains(member.Digest) && !_byDigest.ContainsKey(member.Digest))
                {
                    _byDigest.Add(member.Digest, new FoundCatalog(name, catalog, member));
                }
            }
        }
        catch (Exception e) when (e is DumpFormatException or HostException { Kind: HostErrorKind.TooLarge or HostErrorKind.AccessDenied or HostErrorKind.Failed })
        {
            Warnings.Add($"The catalogue '{PrintableText.Clean(name)}' cannot be read: {PrintableText.Clean(e.Message)}");
        }
    }
}
