using System.IO.Compression;
using KernelFault.Formats;
using KernelFault.Memory;

namespace KernelFault.Drivers.Risk.Blocklists;

/// <summary>A list of drivers that are known to be vulnerable or malicious. Immutable; any number of threads may ask it.</summary>
public sealed class DriverBlocklist
{
    /// <summary>The longest file that is read, in bytes; also what a zip may unpack to.</summary>
    public const long MaximumLength = 256L << 20;

    private readonly BlocklistBuilder _content;

    private DriverBlocklist(string path, BlocklistKind kind, BlocklistBuilder content)
    {
        Path = path;
        Kind = kind;
        _content = content;
    }

    /// <summary>The file it was read from.</summary>
    public string Path { get; }

    /// <summary>Whose list it is.</summary>
    public BlocklistKind Kind { get; }

    /// <summary>What people call it.</summary>
    public string Name => Kind == BlocklistKind.LolDrivers ? "LOLDrivers" : "the App Control block list";

    /// <summary>How many files it names by a hash of the file.</summary>
    public long HashCount => _content.Hashes.Count;

    /// <summary>How many Authenticode hashes it names, those of pages among them.</summary>
    public long AuthenticodeHashCount => _content.AuthenticodeHashes.Count;

    /// <summary>How many signers it denies.</summary>
    public long SignerCount => _content.Signers.Count;

    /// <summary>How many files it names by name and version.</summary>
    public long VersionCount => _content.Files.Count + _content.Versions.Count;

    /// <summary>Reads a list: the LOLDrivers JSON, a policy's XML, or the zip that Microsoft publishes its policy in.</summary>
    /// <param name="path">The file.</param>
    /// <param name="cancellation">Ends the work at once.</param>
    /// <returns>The list.</returns>
    /// <exception cref="DumpFormatException">It is no block list, is damaged, or too long.</exception>
    /// <exception cref="IOException">The file cannot be opened.</exception>
    /// <exception cref="UnauthorizedAccessException">The file may not be read.</exception>
    public static DriverBlocklist Read(string path, CancellationToken cancellation = default)
    {
        using var file = new MappedFile(path);
        if (file.Length > MaximumLength)
        {
            throw new DumpFormatException(path, MaximumLength, $"expected a block list of at most {MaximumLength >> 20} MB, found {file.Length} bytes.");
        }

        var builder = new BlocklistBuilder(path);
        file.TrySlice(0, (int)file.Length, out ReadOnlySpan<byte> bytes);
        BlocklistKind kind = ReadInto(builder, bytes, path, cancellation);
        return new DriverBlocklist(path, kind, builder);
    }

    /// <inheritdoc/>
    public override string ToString() => $"{Name} ({Path})";

    /// <summary>What the list says of a file's SHA-256, SHA-1 or MD5; null when nothing.</summary>
    internal BlocklistEntry? FindHash(string hash) => _content.Hashes.TryGetValue(hash, out BlocklistEntry? entry) ? entry : null;

    /// <summary>What the list says of an Authenticode hash; null when nothing.</summary>
    internal BlocklistEntry? FindAuthenticodeHash(string hash) => _content.AuthenticodeHashes.TryGetValue(hash, out BlocklistEntry? entry) ? entry : null;

    /// <summary>What the list says of who signed; null when nothing.</summary>
    internal BlocklistEntry? FindSigner(KernelDriver driver, DriverSignature signature) => _content.Signers.FirstOrDefault(rule => rule.Matches(driver, signature))?.Entry;

    /// <summary>What the list says of name and version; null when nothing.</summary>
    internal BlocklistEntry? FindVersion(KernelDriver driver) =>
        BlocklistBuilder.VersionKey(driver.OriginalFileName ?? FileRule.NameOf(driver), driver.FileVersion) is { } key && _content.Versions.TryGetValue(key, out BlocklistEntry? entry)
            ? entry
            : _content.Files.FirstOrDefault(rule => rule.Matches(driver))?.Entry;

    private static BlocklistKind ReadInto(BlocklistBuilder builder, ReadOnlySpan<byte> bytes, string path, CancellationToken cancellation)
    {
        ReadOnlySpan<byte> text = bytes.StartsWith("\uFEFF"u8) ? bytes.Slice(3) : bytes;
        int start = 0;
        while (start < text.Length && text[start] is (byte)' ' or (byte)'\t' or (byte)'\r' or (byte)'\n')
        {
            start++;
        }

        switch (start < text.Length ? text[start] : 0)
        {
            case (byte)'[':
                LolDriversReader.Read(text, path, builder, cancellation);
                return BlocklistKind.LolDrivers;
            case (byte)'P' when bytes.StartsWith("PK"u8):
                ReadZip(path, builder, cancellation);
                return BlocklistKind.AppControlPolicy;
            case (byte)'<' or 0xFF or 0xFE:
                using (FileStream stream = File.OpenRead(path))
                {
                    AppControlPolicyReader.Read(stream, path, MaximumLength, builder, cancellation);
                }

                return BlocklistKind.AppControlPolicy;
            default:
                throw new DumpFormatException(path, 0, "expected the LOLDrivers JSON (an array), an App Control policy in XML, or a zip with one.");
        }
    }

    // The published zip holds the policy for enforcement and that for auditing, as XML and in binary form.
    private static void ReadZip(string path, BlocklistBuilder builder, CancellationToken cancellation)
    {
        try
        {
            using ZipArchive zip = ZipFile.OpenRead(path);
            ZipArchiveEntry? policy = zip.Entries
                .Where(entry => entry.FullName.EndsWith(".xml", StringComparison.OrdinalIgnoreCase))
                .OrderByDescending(entry => entry.FullName.EndsWith("enforced.xml", StringComparison.OrdinalIgnoreCase))
                .FirstOrDefault();
            if (policy is null)
            {
                throw new DumpFormatException(path, 0, "expected a zip with a policy in XML, found none in it.");
            }

            using Stream stream = policy.Open();
            AppControlPolicyReader.Read(stream, $"{path} ({PrintableText.Clean(policy.FullName)})", MaximumLength, builder, cancellation);
        }
        catch (Exception e) when (e is InvalidDataException or NotSupportedException)
        {
            throw new DumpFormatException($"{path}: {e.Message}", e);
        }
    }
}
