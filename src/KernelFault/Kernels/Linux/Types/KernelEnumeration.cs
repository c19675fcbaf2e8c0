using System.Globalization;

namespace KernelFault.Kernels.Linux.Types;

/// <summary>A value of an enumeration of the kernel.</summary>
/// <param name="Name">The enumerator; null when the enumeration has none of the value, as for flags that were combined.</param>
/// <param name="Value">The number; unsigned ones above 2^63 wrap.</param>
public sealed record KernelEnumeration(string? Name, long Value)
{
    /// <summary>The name, or the number where there is none.</summary>
    /// <returns>As written in C.</returns>
    public override string ToString() => Name ?? Value.ToString(CultureInfo.InvariantCulture);
}
