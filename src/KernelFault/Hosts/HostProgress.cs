namespace KernelFault.Hosts;

/// <summary>How far work on a machine is.</summary>
/// <param name="Status">What is being done now, such as <c>Checking system files</c>.</param>
/// <param name="Percentage">How much of it is done, 0 to 100; null when that is not known.</param>
public sealed record HostProgress(string Status, double? Percentage);
