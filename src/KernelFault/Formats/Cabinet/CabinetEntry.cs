namespace KernelFault.Formats.Cabinet;

/// <summary>A file in a cabinet.</summary>
/// <param name="Name">Its name, as the cabinet has it; never a path to write to.</param>
/// <param name="Length">Its length in bytes.</param>
/// <param name="Offset">Where it begins in the unpacked data of its folder, in bytes.</param>
/// <param name="Folder">Index of the folder whose data it is in.</param>
internal sealed record CabinetEntry(string Name, long Length, long Offset, int Folder);
