namespace KernelFault.Tracing;

/// <summary>What a traced event is.</summary>
public enum KernelTraceEventKind : long
{
    /// <summary>The function was entered.</summary>
    Call = 0,

    /// <summary>The function returned.</summary>
    Return = 1,

    /// <summary>A tracepoint was passed.</summary>
    Tracepoint = 2,
}
