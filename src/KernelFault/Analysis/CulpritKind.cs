namespace KernelFault.Analysis;

/// <summary>What kind of thing is blamed.</summary>
public enum CulpritKind : long
{
    /// <summary>A driver that is not part of the operating system.</summary>
    ThirdPartyDriver = 0,

    /// <summary>A driver of the operating system: often the victim of another.</summary>
    SystemDriver,

    /// <summary>The kernel itself: nothing better stands.</summary>
    Kernel,

    /// <summary>A driver that was unloaded.</summary>
    UnloadedDriver,

    /// <summary>Processor, memory, bus, disk, power.</summary>
    Hardware,

    /// <summary>A program or service.</summary>
    Process,
}
