namespace KernelFault.Formats.Pe;

/// <summary>What an image imports from one module.</summary>
/// <param name="Module">File name of the module, such as <c>ntoskrnl.exe</c>; safe to show.</param>
/// <param name="IsDelayed">True if the module is loaded at the first call.</param>
/// <param name="Functions">What is imported, in the order of the file.</param>
public sealed record PeImport(string Module, bool IsDelayed, IReadOnlyList<PeImportedFunction> Functions);
