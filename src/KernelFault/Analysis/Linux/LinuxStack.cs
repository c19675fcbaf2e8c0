namespace KernelFault.Analysis.Linux;

/// <summary>A stack that a report shows beside its own.</summary>
/// <param name="Name">What it is, as printed: <c>Allocated by task 123</c>.</param>
/// <param name="Frames">Its entries, the innermost first.</param>
public sealed record LinuxStack(string Name, IReadOnlyList<LinuxFrame> Frames);
