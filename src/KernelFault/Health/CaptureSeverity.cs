namespace KernelFault.Health;

/// <summary>How much something speaks against a usable dump.</summary>
public enum CaptureSeverity : long
{
    /// <summary>Good to know.</summary>
    Note,

    /// <summary>A dump may be lost, or some crashes leave none.</summary>
    Warning,

    /// <summary>No crash leaves a usable dump as long as this is so.</summary>
    Problem,
}
