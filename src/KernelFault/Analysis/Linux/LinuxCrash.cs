namespace KernelFault.Analysis.Linux;

/// <summary>A further crash in the same log.</summary>
/// <param name="Title">Its title.</param>
/// <param name="Type">Its type; null when it has none.</param>
/// <param name="Seconds">When it was printed, in seconds since start; null when not printed.</param>
/// <param name="Offset">Where its headline stands in the log, in bytes.</param>
public sealed record LinuxCrash(string Title, string? Type, double? Seconds, long Offset);
