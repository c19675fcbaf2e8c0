namespace KernelFault.Knowledge;

/// <summary>A name people search a stop code by although it is not its own.</summary>
/// <param name="Name">The other name, such as <c>HEAP_CORRUPTION</c>.</param>
/// <param name="Note">What is right, one sentence.</param>
public sealed record ConfusedName(string Name, string Note);
