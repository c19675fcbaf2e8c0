namespace KernelFault.Analysis.Linux.Vmcores;

/// <summary>Sixteen bytes of memory, seen in every way at once.</summary>
public sealed record MemoryLine
{
    /// <summary>Where they lie, as <c>0x</c> and 16 digits: virtual, or physical when that was asked for.</summary>
    public required string Address { get; init; }

    /// <summary>The bytes, fewer than 16 at the end of what was asked for; empty when the dump does not hold them.</summary>
    public required byte[] Bytes { get; init; }

    /// <summary>The bytes as little-endian 64-bit words, as <c>0x</c> and 16 digits; whole words only.</summary>
    public required IReadOnlyList<string> Words { get; init; }

    /// <summary>For each word the symbol it points to, such as <c>vfs_read+0x1c</c>; null for one that points to none.</summary>
    public required IReadOnlyList<string?> Symbols { get; init; }

    /// <summary>The bytes as ASCII; a dot for what is not printable.</summary>
    public required string Text { get; init; }

    /// <summary>Why there are no bytes: <c>not mapped</c>, <c>left out of the dump</c>, <c>not in the dump</c>; null when there are.</summary>
    public string? Missing { get; init; }

    /// <inheritdoc/>
    public override string ToString() => Missing is null ? $"{Address}: {string.Join(" ", Words)}  {Text}" : $"{Address}: {Missing}";
}
