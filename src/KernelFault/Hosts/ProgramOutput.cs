namespace KernelFault.Hosts;

/// <summary>A piece of what a program writes, in the bytes in which it came.</summary>
/// <param name="Bytes">The bytes; a character may be cut at the end.</param>
/// <param name="IsError">True for standard error.</param>
public sealed record ProgramOutput(byte[] Bytes, bool IsError);
