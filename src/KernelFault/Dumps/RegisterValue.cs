namespace KernelFault.Dumps;

/// <summary>One register and what it held.</summary>
/// <param name="Name">Its name in lower case: <c>rip</c>, <c>eax</c>, <c>x0</c>.</param>
/// <param name="Value">What it held; a narrower register has zeros above.</param>
/// <remarks>A class, unlike a key and a value of the runtime's own: lists of those are compiled when a program starts, lists of classes were before.</remarks>
public sealed record RegisterValue(string Name, ulong Value);
