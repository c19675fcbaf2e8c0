using KernelFault.Formats.Registry;

namespace KernelFault.Hosts;

/// <summary>Keys of a machine's registry as they were when they were read together.</summary>
/// <param name="keys">What is there, by the keys as they were asked for.</param>
/// <param name="warnings">What could not be read, and why.</param>
internal sealed class RegistrySnapshot(IReadOnlyDictionary<string, RegistryContent> keys, IReadOnlyList<string> warnings)
{
    /// <summary>What could not be read, and why.</summary>
    internal IReadOnlyList<string> Warnings => warnings;

    /// <summary>A key as it was asked for; null when there is none.</summary>
    internal RegistryContent? Find(string key) => keys.TryGetValue(key, out RegistryContent? content) ? content : null;

    /// <summary>A value; null when there is none.</summary>
    internal RegistryData? Value(string key, string name) => Find(key)?.Value(name);
}
