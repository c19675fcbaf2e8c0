namespace KernelFault.Hosts;

/// <summary>A registry key to read.</summary>
/// <param name="Key">Such as <c>HKLM\SYSTEM\CurrentControlSet\Control\CrashControl</c>.</param>
internal sealed record RegistryQuery(string Key)
{
    /// <summary>Whether the keys directly below are read too.</summary>
    internal bool WithSubKeys { get; init; }

    /// <summary>Names of the values that are wanted, of the key and those below; empty for all.</summary>
    internal IReadOnlyList<string> Values { get; init; } = [];
}
