namespace KernelFault.Drivers;

/// <summary>When a driver is started: <c>Start</c> of its service key.</summary>
public enum DriverStartType : long
{
    /// <summary>By the boot loader (0).</summary>
    Boot,

    /// <summary>When the kernel starts (1).</summary>
    System,

    /// <summary>By the service control manager (2).</summary>
    Automatic,

    /// <summary>When a device or a program asks for it (3).</summary>
    Manual,

    /// <summary>Never (4).</summary>
    Disabled,
}
