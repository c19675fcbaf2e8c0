namespace KernelFault.Knowledge;

/// <summary>The type of a Linux crash by its title, from <c>linux-crash-types.json</c>.</summary>
internal sealed class LinuxCrashTypes
{
    private readonly KeyValuePair<string, string?>[] _titles;

    private LinuxCrashTypes(IEnumerable<KeyValuePair<string, string?>> titles) =>
        _titles = titles.OrderByDescending(t => t.Key.Length).ToArray();

    /// <summary>The types that ship with the library.</summary>
    internal static LinuxCrashTypes Shipped { get; } = LinuxKnowledge.Read("linux-crash-types.json", root => new LinuxCrashTypes(
        root.GetProperty("types").EnumerateArray().SelectMany(t => t.GetProperty("titles").EnumerateArray()
            .Select(title => new KeyValuePair<string, string?>(title.GetString()!, t.GetProperty("type").GetString())))));

    /// <summary>The type of a crash.</summary>
    /// <param name="title">Its title.</param>
    /// <returns>The type; null when it has none.</returns>
    internal string? Of(string title)
    {
        foreach (KeyValuePair<string, string?> known in _titles)
        {
            if (title.StartsWith(known.Key, StringComparison.Ordinal))
            {
                return known.Value;
            }
        }

        return null;
    }
}
