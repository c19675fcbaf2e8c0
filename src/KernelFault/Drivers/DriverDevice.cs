namespace KernelFault.Drivers;

/// <summary>A device that a driver serves.</summary>
/// <param name="Name">Its name as people see it; null when the machine does not say.</param>
/// <param name="Id">Device instance id of Windows, or bus address of Linux such as <c>0000:00:02.0</c>.</param>
public sealed record DriverDevice(string? Name, string Id)
{
    /// <inheritdoc/>
    public override string ToString() => Name ?? Id;
}
