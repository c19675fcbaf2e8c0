namespace KernelFault.Tracing;

/// <summary>An argument of a traced function, or a field of a tracepoint.</summary>
/// <param name="Name">Name of the parameter as the kernel's source has it.</param>
/// <param name="Type">Its type as C writes it, such as <c>struct vm_area_struct *</c>; null for a field of a tracepoint.</param>
/// <param name="Value">
/// The value: a number in decimal, a pointer in hexadecimal with <c>0x</c>, a string where strings were asked for; <c>(fault)</c> when
/// the memory of a string could not be read. As the kernel printed it, cleaned of control characters.
/// </param>
public sealed record KernelTraceArgument(string Name, string? Type, string Value);
