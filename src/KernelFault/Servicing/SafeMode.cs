namespace KernelFault.Servicing;

/// <summary>How Windows starts.</summary>
public enum SafeMode : long
{
    /// <summary>Normally.</summary>
    Off,

    /// <summary>With the least of drivers and services.</summary>
    Minimal,

    /// <summary>With the least of drivers and services, and the network.</summary>
    Network,
}
