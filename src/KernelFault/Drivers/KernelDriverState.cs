namespace KernelFault.Drivers;

/// <summary>Where a driver is in its life.</summary>
public enum KernelDriverState : long
{
    /// <summary>Loaded and started.</summary>
    Running,

    /// <summary>Known to the system and not loaded.</summary>
    Stopped,

    /// <summary>Being started.</summary>
    StartPending,

    /// <summary>Being stopped, or asked to stop and still there.</summary>
    StopPending,

    /// <summary>Paused.</summary>
    Paused,

    /// <summary>Was loaded, and was unloaded before the crash.</summary>
    Unloaded,
}
