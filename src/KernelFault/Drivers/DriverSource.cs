namespace KernelFault.Drivers;

/// <summary>Where what is known of a driver was read.</summary>
public enum DriverSource : long
{
    /// <summary>The inventory script on a running Windows.</summary>
    Inventory,

    /// <summary><c>driverquery</c> and <c>pnputil</c> of a running Windows whose CIM is broken.</summary>
    DriverQuery,

    /// <summary>The registry and files of a Windows that is not running.</summary>
    OfflineWindows,

    /// <summary><c>/proc/modules</c>, <c>/sys/module</c> and module files.</summary>
    Linux,

    /// <summary>A crash file.</summary>
    CrashDump,

    /// <summary>The driver's file alone.</summary>
    File,
}
