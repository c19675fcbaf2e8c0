namespace KernelFault.Dumps.Linux;

/// <summary>The page frames in one file of a split dump.</summary>
/// <param name="First">The first page frame.</param>
/// <param name="End">One past the last.</param>
public sealed record VmcorePart(long First, long End);
