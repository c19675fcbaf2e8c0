namespace KernelFault.Drivers.Risk;

/// <summary>How dangerous a driver is.</summary>
public enum RiskLevel : long
{
    /// <summary>Nothing to do (score below 10).</summary>
    Info,

    /// <summary>To be known (10 to 29).</summary>
    Low,

    /// <summary>To be looked at (30 to 59).</summary>
    Medium,

    /// <summary>To be changed soon (60 to 84).</summary>
    High,

    /// <summary>To be taken off the machine (85 and more).</summary>
    Critical,
}
