namespace KernelFault.Formats.Orc;

/// <summary>The kernel's own index of its ORC table (<c>orc_lookup</c>): for each 256 bytes of text the entry that covers its start.</summary>
/// <param name="Address">Of the array of 32-bit entry numbers.</param>
/// <param name="Blocks">How many there are; the last only ends the one before it.</param>
/// <param name="TextStart">Where the first block starts (<c>_stext</c>).</param>
internal readonly record struct OrcLookup(ulong Address, uint Blocks, ulong TextStart)
{
    /// <summary>Bytes of text an element stands for (<c>LOOKUP_BLOCK_SIZE</c>).</summary>
    internal const int BlockSize = 256;
}
