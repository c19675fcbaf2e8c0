namespace KernelFault.Hosts;

/// <summary>How a program ended. An exit code is the caller's to judge: it is no exception.</summary>
/// <param name="ExitCode">Exit code; on Linux 128 and the signal's number for a program that a signal ended.</param>
/// <param name="Output">Standard output, byte for byte.</param>
/// <param name="Error">Standard error, byte for byte.</param>
/// <param name="Duration">How long it ran.</param>
public sealed record ProgramResult(int ExitCode, byte[] Output, byte[] Error, TimeSpan Duration);
