using KernelFault.Drivers.Windows;

namespace KernelFault.Playbooks.Actions;

/// <summary>The package of a driver.</summary>
/// <param name="Package">The package; null when the driver came with Windows, or is not there.</param>
/// <param name="Driver">The driver as the machine calls it; null when there is none.</param>
/// <param name="Others">Other packages of the same original name, the newest first.</param>
/// <param name="Warnings">What could not be read.</param>
internal sealed record DriverPackageChoice(PackageList? Package, string? Driver, IReadOnlyList<PackageList> Others, IReadOnlyList<string> Warnings);
