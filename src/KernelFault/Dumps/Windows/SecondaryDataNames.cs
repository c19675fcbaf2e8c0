namespace KernelFault.Dumps.Windows;

/// <summary>What the GUIDs of secondary data stand for.</summary>
internal static class SecondaryDataNames
{
    private static readonly Dictionary<Guid, string> Names = new()
    {
        [new Guid("4ee76bd8-3cf4-44a0-a0ac-3937643e37a3")] = "BLACKBOXBSD",
    };

    /// <summary>The name; null for a GUID that is not known.</summary>
    internal static string? Find(Guid tag) => Names.TryGetValue(tag, out string? name) ? name : null;
}
