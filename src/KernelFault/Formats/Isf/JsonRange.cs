namespace KernelFault.Formats.Isf;

/// <summary>Where a JSON value lies in its file.</summary>
/// <param name="Start">First byte.</param>
/// <param name="Length">Bytes.</param>
internal readonly record struct JsonRange(int Start, int Length)
{
    internal ReadOnlySpan<byte> Of(ReadOnlySpan<byte> json) => json.Slice(Start, Length);
}
