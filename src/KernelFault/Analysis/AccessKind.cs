namespace KernelFault.Analysis;

/// <summary>How an address was used.</summary>
public enum AccessKind : long
{
    /// <summary>Not known.</summary>
    Unknown = 0,

    /// <summary>Read.</summary>
    Read,

    /// <summary>Written.</summary>
    Write,

    /// <summary>Executed.</summary>
    Execute,
}
