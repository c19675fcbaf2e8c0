namespace KernelFault.Health;

/// <summary>Something that decides whether the next crash leaves a dump.</summary>
/// <param name="Id">Short and stable, such as <c>NoReservation</c>, <c>DumpOff</c>.</param>
/// <param name="Severity">How much it speaks against a usable dump.</param>
/// <param name="Text">What is so.</param>
/// <param name="Remedy">What to do about it; null when nothing is to be done.</param>
public sealed record CaptureFinding(string Id, CaptureSeverity Severity, string Text, string? Remedy);
