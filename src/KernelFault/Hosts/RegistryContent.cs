using KernelFault.Formats.Registry;

namespace KernelFault.Hosts;

/// <summary>A registry key as it was read.</summary>
/// <param name="Name">Its own name, safe to show.</param>
/// <param name="Values">Its values by name, in any case.</param>
/// <param name="SubKeys">Keys directly below; empty when they were not asked for.</param>
internal sealed record RegistryContent(string Name, IReadOnlyDictionary<string, RegistryData> Values, IReadOnlyList<RegistryContent> SubKeys)
{
    /// <summary>A value; null when there is none.</summary>
    internal RegistryData? Value(string name) => Values.TryGetValue(name, out RegistryData? data) ? data : null;
}
