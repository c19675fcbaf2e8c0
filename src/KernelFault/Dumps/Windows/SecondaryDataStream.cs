namespace KernelFault.Dumps.Windows;

/// <summary>One tagged blob behind the dump: data a driver or component added in its bug-check callback, or a black box.</summary>
/// <param name="Tag">Its GUID.</param>
/// <param name="Name">What the GUID stands for, such as <c>BLACKBOXBSD</c>; null when it is not a known one.</param>
/// <param name="Offset">File offset of its data, in bytes.</param>
/// <param name="Length">Length of its data, in bytes.</param>
public sealed record SecondaryDataStream(Guid Tag, string? Name, long Offset, uint Length);
