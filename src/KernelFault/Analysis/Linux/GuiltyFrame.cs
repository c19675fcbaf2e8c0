namespace KernelFault.Analysis.Linux;

/// <summary>A function that names a crash.</summary>
/// <param name="Name">How it is called on every architecture: without what wraps system calls.</param>
/// <param name="Printed">How the log has it.</param>
internal sealed record GuiltyFrame(string Name, string Printed);
