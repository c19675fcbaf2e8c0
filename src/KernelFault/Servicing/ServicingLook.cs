namespace KernelFault.Servicing;

/// <summary>How a machine is asked for its <see cref="ServicingState"/>.</summary>
internal enum ServicingLook : long
{
    /// <summary>At once.</summary>
    Quick,

    /// <summary>For a second, to see whether servicing is at work.</summary>
    Sample,

    /// <summary>When the next second has begun: lines of logs from before are older than that.</summary>
    Mark,
}
