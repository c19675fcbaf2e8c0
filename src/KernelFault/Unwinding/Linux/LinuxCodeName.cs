namespace KernelFault.Unwinding.Linux;

/// <summary>The function around an address.</summary>
/// <param name="Function">Its name.</param>
/// <param name="Start">Where it starts.</param>
/// <param name="Module">The module; null for the kernel image.</param>
/// <param name="ModuleBase">Where the module, or the kernel image, starts.</param>
internal readonly record struct LinuxCodeName(string Function, ulong Start, string? Module, ulong ModuleBase);
