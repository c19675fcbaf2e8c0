using KernelFault.Memory;

namespace KernelFault.Dumps.Process;

/// <summary>A frame of .NET code.</summary>
/// <param name="Method">Type and method, such as <c>Contoso.Program.Main</c>.</param>
/// <param name="Module">File name of the assembly; null when it has none.</param>
/// <param name="InstructionPointer">Where it was executing.</param>
/// <param name="StackPointer">Its stack pointer; null when not known.</param>
/// <param name="MethodOffset">Bytes from the start of the method's machine code; null when not known.</param>
public sealed record ManagedFrame(
    string Method, string? Module, VirtualAddress InstructionPointer, VirtualAddress? StackPointer, uint? MethodOffset);
