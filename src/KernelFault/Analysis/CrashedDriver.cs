using KernelFault.Drivers;

namespace KernelFault.Analysis;

/// <summary>A driver and the crashes that speak of it.</summary>
/// <param name="Driver">The driver, as far as the crash files know it.</param>
/// <param name="Crashes">What each crash says of it, in the order of the analyses.</param>
public sealed record CrashedDriver(KernelDriver Driver, IReadOnlyList<DriverCrash> Crashes);
