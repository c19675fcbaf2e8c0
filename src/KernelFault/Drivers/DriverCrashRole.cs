namespace KernelFault.Drivers;

/// <summary>What a driver has to do with a crash.</summary>
public enum DriverCrashRole : long
{
    /// <summary>It was loaded; no more.</summary>
    Loaded,

    /// <summary>It is on the stack of the crash.</summary>
    OnStack,

    /// <summary>It was unloaded shortly before.</summary>
    Unloaded,

    /// <summary>It is blamed.</summary>
    Culprit,
}
