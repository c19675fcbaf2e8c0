namespace KernelFault.Drivers.Windows;

/// <summary>
/// Words by which Windows tells of services. CIM has them in English everywhere; <c>driverquery</c> writes them in the language of the
/// machine, and a word that is not one of these then says nothing.
/// </summary>
internal static class ServiceWords
{
    internal static KernelDriverState? State(string? word) => word?.Trim().ToUpperInvariant() switch
    {
        "RUNNING" => KernelDriverState.Running,
        "STOPPED" => KernelDriverState.Stopped,
        "START PENDING" or "CONTINUE PENDING" => KernelDriverState.StartPending,
        "STOP PENDING" or "PAUSE PENDING" => KernelDriverState.StopPending,
        "PAUSED" => KernelDriverState.Paused,
        _ => null,
    };

    internal static DriverStartType? StartType(string? word) => word?.Trim().ToUpperInvariant() switch
    {
        "BOOT" => DriverStartType.Boot,
        "SYSTEM" => DriverStartType.System,
        "AUTO" => DriverStartType.Automatic,
        "MANUAL" => DriverStartType.Manual,
        "DISABLED" => DriverStartType.Disabled,
        _ => null,
    };
}
