namespace KernelFault.Formats.Pe;

/// <summary>A named export.</summary>
/// <param name="Name">Its name; safe to show.</param>
/// <param name="Rva">Where it lies, in bytes from the image's base.</param>
public sealed record PeExport(string Name, uint Rva);
