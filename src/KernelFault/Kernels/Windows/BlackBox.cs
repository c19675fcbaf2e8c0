namespace KernelFault.Kernels.Windows;

/// <summary>A component's last record, kept in the dump's secondary data.</summary>
/// <param name="Name">The stream, such as <c>BLACKBOXNTFS</c>.</param>
/// <param name="Values">Its fields by name, values as text.</param>
public sealed record BlackBox(string Name, IReadOnlyDictionary<string, string> Values);
