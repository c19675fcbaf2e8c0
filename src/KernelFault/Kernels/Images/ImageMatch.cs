using KernelFault.Formats.Pe;

namespace KernelFault.Kernels.Images;

/// <summary>What a search for a module's image gave.</summary>
/// <param name="Image">The image whose timestamp and size are those of the module; null when none was found. Owned by the store.</param>
/// <param name="MismatchPath">
/// A file of that name with another timestamp or size, so of another version; null when none was seen or a match was found.
/// </param>
/// <param name="MismatchKey">Timestamp and size of that file, as symbol stores write them; null with <paramref name="MismatchPath"/>.</param>
public sealed record ImageMatch(PeImage? Image, string? MismatchPath, string? MismatchKey)
{
    internal static ImageMatch None { get; } = new(null, null, null);
}
