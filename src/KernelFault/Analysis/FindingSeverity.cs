namespace KernelFault.Analysis;

/// <summary>How much a finding weighs for the reader.</summary>
public enum FindingSeverity : long
{
    /// <summary>A fact worth knowing.</summary>
    Information = 0,

    /// <summary>Points to a cause.</summary>
    Notable,

    /// <summary>Decides the answer.</summary>
    Decisive,
}
