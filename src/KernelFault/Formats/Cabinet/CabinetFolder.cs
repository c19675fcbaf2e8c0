namespace KernelFault.Formats.Cabinet;

/// <summary>A run of packed blocks in a cabinet (<c>CFFOLDER</c>).</summary>
/// <param name="FirstBlock">Offset of its first block in the file.</param>
/// <param name="BlockCount">How many blocks it has.</param>
/// <param name="Compression">How they are packed: the low four bits of <c>typeCompress</c>.</param>
internal sealed record CabinetFolder(long FirstBlock, int BlockCount, int Compression);
