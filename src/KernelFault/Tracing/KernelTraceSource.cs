namespace KernelFault.Tracing;

/// <summary>By what the kernel tells of a function.</summary>
public enum KernelTraceSource : long
{
    /// <summary>A kprobe on the function, set for the trace and removed after it.</summary>
    Kprobe = 0,

    /// <summary>Tracepoints that the kernel has where the function does its work; for functions that may not be probed.</summary>
    Tracepoint = 1,
}
