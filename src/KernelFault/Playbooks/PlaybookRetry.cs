namespace KernelFault.Playbooks;

/// <summary>How a step is tried again.</summary>
/// <param name="Count">How often besides the first time, 1 to 100.</param>
/// <param name="Delay">Seconds before it is tried again.</param>
/// <param name="BackOff">By what each further delay is multiplied, 1 for the same.</param>
/// <param name="Until">What must be so after a try for it to count, with the try's outputs as <c>result</c>; null when a try that does not fail is enough.</param>
public sealed record PlaybookRetry(int Count, double Delay, double BackOff, PlaybookCondition? Until);
