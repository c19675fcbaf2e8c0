using System.Globalization;

namespace KernelFault.Formats.Pe;

/// <summary>One imported function or datum.</summary>
/// <param name="Name">Its name, safe to show; null when it is imported by ordinal.</param>
/// <param name="Ordinal">Its ordinal; null when it is imported by name.</param>
public sealed record PeImportedFunction(string? Name, ushort? Ordinal)
{
    /// <inheritdoc/>
    public override string ToString() => Name ?? "#" + Ordinal?.ToString(CultureInfo.InvariantCulture);
}
