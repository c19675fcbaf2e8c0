using System.Buffers.Binary;
using System.Globalization;
using KernelFault.Formats;
using KernelFault.Formats.Authenticode;
using KernelFault.Hosts;

namespace KernelFault.Drivers;

// A Windows has thousands of catalogues, and few of them name a file in question. Verifying one takes milliseconds, so its bytes are searched first:
// every member's hash stands in it as an octet string of 20 or 32 bytes, also where its name is written as text.

/// <summary>The catalogues of a Windows that name certain files.</summary>
internal sealed class DriverCatalogs
{
    private const long MaximumSize = 32 * 1024 * 1024;
    private const int MaximumCatalogs = 50_000;

    private const byte OctetString = 4;
    private const int Sha1Length = 20;
    private const int Sha256Length = 32;

    private readonly Dictionary<string, FoundCatalog> _byDigest = new(StringComparer.OrdinalIgnoreCase);
    private readonly HashSet<string> _wanted;
    private readonly HashSet<ulong> _beginnings;

    private DriverCatalogs(IEnumerable<string> wanted)
    {
        _wanted = new HashSet<string>(wanted, StringComparer.OrdinalIgnoreCase);
        _beginnings = [.. _wanted.Select(Beginning)];
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
        var catalogs = new DriverCatalogs(wanted);
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

                catalogs.Add(host, file, cancellation);
            }
        }

        return seen == 0 ? null : catalogs;
    }

    /// <summary>The catalogue that names a file; the first found when there are more.</summary>
    internal FoundCatalog? Find(string sha256, string sha1) =>
        _byDigest.TryGetValue(sha256, out FoundCatalog? found) || _byDigest.TryGetValue(sha1, out found) ? found : null;

    private static ulong Beginning(string digest)
    {
        string digits = digest.Substring(0, Math.Min(16, digest.Length));
        return ulong.TryParse(digits, NumberStyles.AllowHexSpecifier, CultureInfo.InvariantCulture, out ulong beginning) ? beginning : 0;
    }

    private bool NamesOne(ReadOnlySpan<byte> bytes)
    {
        while (true)
        {
            int at = bytes.IndexOf(OctetString);
            if (at < 0 || at + 2 + Sha1Length > bytes.Length)
            {
                return false;
            }

            if (bytes[at + 1] is Sha1Length or Sha256Length && _beginnings.Contains(BinaryPrimitives.ReadUInt64BigEndian(bytes.Slice(at + 2))))
            {
                return true;
            }

            bytes = bytes.Slice(at + 1);
        }
    }

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

    private void Add(IHost host, HostFile file, CancellationToken cancellation)
    {
        string name = WindowsPath.FileName(file.Path);
        try
        {
            byte[] bytes = host.ReadFile(file.Path, MaximumSize, cancellation);
            if (!NamesOne(bytes))
            {
                return;
            }

            SecurityCatalog catalog = SecurityCatalog.Read(bytes, file.Path);
            foreach (CatalogMember member in catalog.Members)
            {
                if (_wanted.Contains(member.Digest) && !_byDigest.ContainsKey(member.Digest))
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
