namespace KernelFault.Dumps.Windows;

/// <summary>What the GUIDs of secondary data stand for.</summary>
internal static class SecondaryDataNames
{
    private static readonly Dictionary<Guid, string> Names = new()
    {
        [new Guid("f57308df-cc45-4e01-ad76-29a4ebb010ec")] = "BLACKBOXBSD",
        [new Guid("00afe9c4-940d-4213-8016-cd3719b5bc20")] = "BLACKBOXNTFS",
    };

    /// <summary>The name; null for a GUID that is not known.</summary>
    internal static string? Find(Guid tag) => Names.TryGetValue(tag, out string? name) ? name : null;
}
