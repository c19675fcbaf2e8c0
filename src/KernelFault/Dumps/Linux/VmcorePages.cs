namespace KernelFault.Dumps.Linux;

/// <summary>How many of the machine's pages a vmcore holds.</summary>
/// <param name="Present">Pages in the file, as its bitmap or program headers promise.</param>
/// <param name="Excluded">Pages that the machine had and the file has not.</param>
public sealed record VmcorePages(long Present, long Excluded);
