namespace KernelFault.Analysis.Linux;

/// <summary>A run of bytes in or around a heap object that are not what the heap wrote there.</summary>
/// <param name="Area"><c>red zone before</c>, <c>object</c>, <c>red zone after</c> or <c>padding</c>.</param>
/// <param name="Offset">Where it begins, in bytes from the object's start; negative before it.</param>
/// <param name="Length">How many bytes differ, from the first to the last in this area.</param>
/// <param name="Expected">What the heap wrote there, in hexadecimal: <c>6b</c> freed, <c>a5</c> end of a freed object, <c>bb</c> and <c>cc</c> red zones, <c>5a</c> padding.</param>
/// <param name="Found">What is there, in hexadecimal; the first 16 bytes.</param>
/// <param name="Meaning">What that says, one sentence.</param>
public sealed record LinuxSlabDamage(string Area, int Offset, int Length, string Expected, string Found, string Meaning);
