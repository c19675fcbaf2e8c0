using KernelFault.Formats;

namespace KernelFault.Drivers.Risk.Blocklists;

/// <summary>Collects what a list holds, within bounds.</summary>
/// <param name="path">The file, for messages.</param>
internal sealed class BlocklistBuilder(string path)
{
    /// <summary>The public lists have some ten thousand.</summary>
    internal const int MaximumEntries = 1_000_000;
    private int _count;

    internal Dictionary<string, BlocklistEntry> Hashes { get; } = new(StringComparer.OrdinalIgnoreCase);

    internal Dictionary<string, BlocklistEntry> AuthenticodeHashes { get; } = new(StringComparer.OrdinalIgnoreCase);

    internal Dictionary<string, BlocklistEntry> Versions { get; } = new(StringComparer.OrdinalIgnoreCase);

    internal List<FileRule> Files { get; } = [];

    internal List<SignerRule> Signers { get; } = [];

    /// <summary>Counts one entry.</summary>
    /// <param name="offset">Where it is, for the message.</param>
    /// <exception cref="DumpFormatException">There are too many.</exception>
    internal void Count(long offset)
    {
        if (++_count > MaximumEntries)
        {
            throw new DumpFormatException(path, offset, $"expected a block list of at most {MaximumEntries} entries, found more.");
        }
    }

    internal static void Add(Dictionary<string, BlocklistEntry> hashes, string? hash, BlocklistEntry entry)
    {
        // The first of a list counts.
        if (IsHash(hash) && !hashes.ContainsKey(hash!))
        {
            hashes.Add(hash!, entry);
        }
    }

    /// <summary>The key of <see cref="Versions"/>; null when the name or version is missing.</summary>
    internal static string? VersionKey(string? originalFileName, string? fileVersion) =>
        string.IsNullOrWhiteSpace(originalFileName) || string.IsNullOrWhiteSpace(fileVersion) ? null : $"{originalFileName!.Trim()}|{fileVersion!.Trim()}";

    // MD5, SHA-1, SHA-256, SHA-384.
    private static bool IsHash(string? text)
    {
        if (text?.Length is not (32 or 40 or 64 or 96))
        {
            return false;
        }

        foreach (char c in text)
        {
            if (c is not ((>= '0' and <= '9') or (>= 'a' and <= 'f') or (>= 'A' and <= 'F')))
            {
                return false;
            }
        }

        return true;
    }
}
