namespace KernelFault.Drivers.Risk.Blocklists;

// The schema of App Control policies: FileName means OriginalFilename of the version resource, and of a rule every attribute it has must be
// right. Versions have four numbers of 16 bits. A rule that allows gives the lowest version in MinimumFileVersion; one that denies gives the
// highest there, unless it has MaximumFileVersion too, and then both are meant as they are called.

/// <summary>A file that a policy denies by what its version resource says.</summary>
internal sealed record FileRule
{
    internal const ulong AnyVersion = ulong.MaxValue;

    internal required BlocklistEntry Entry { get; init; }

    internal string? FileName { get; init; }

    internal string? InternalName { get; init; }

    internal string? ProductName { get; init; }

    internal string? Description { get; init; }

    /// <summary>The lowest version that is denied.</summary>
    internal ulong Lowest { get; init; }

    /// <summary>The highest version that is denied.</summary>
    internal ulong Highest { get; init; } = AnyVersion;

    /// <summary>True if it says anything of the file; a rule without attributes would deny all.</summary>
    internal bool IsMeaningful => FileName is not null || InternalName is not null || ProductName is not null || Description is not null;

    internal bool Matches(KernelDriver driver) =>
        IsMeaningful
        && Fits(FileName, driver.OriginalFileName ?? NameOf(driver))
        && Fits(InternalName, driver.InternalName)
        && Fits(ProductName, driver.Product)
        && Fits(Description, driver.Description)
        && ((Lowest == 0 && Highest == AnyVersion) || (Version(driver.FileVersion) is ulong version && version >= Lowest && version <= Highest));

    /// <summary>Four numbers, such as <c>10.0.19041.3803</c>, as one that compares as they do; what follows them is ignored, numbers that lack are 0.</summary>
    /// <returns>Null when it does not begin with a number.</returns>
    internal static ulong? Version(string? text)
    {
        ulong version = 0;
        int parts = 0;
        int position = 0;
        while (text is not null && parts < 4)
        {
            while (parts > 0 && position < text.Length && text[position] == ' ')
            {
                position++;
            }

            int start = position;
            ulong number = 0;
            while (position < text.Length && text[position] is >= '0' and <= '9')
            {
                number = Math.Min((number * 10) + (ulong)(text[position++] - '0'), ushort.MaxValue);
            }

            if (position == start)
            {
                break;
            }

            version |= number << (48 - (16 * parts++));

            // Old resources separate by a comma and a space.
            if (position >= text.Length || text[position] is not ('.' or ','))
            {
                break;
            }

            position++;
        }

        return parts == 0 ? null : version;
    }

    // Without version resource at hand the file's own name is the best there is.
    internal static string NameOf(KernelDriver driver)
    {
        string path = driver.Path ?? driver.Name;
        return path.Substring(path.LastIndexOfAny(['\\', '/']) + 1);
    }

    private static bool Fits(string? wanted, string? found) =>
        wanted is null || (found is not null && string.Equals(wanted, found.Trim(), StringComparison.OrdinalIgnoreCase));
}
