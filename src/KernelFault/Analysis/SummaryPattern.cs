namespace KernelFault.Analysis;

/// <summary>What several crashes have in common.</summary>
public enum SummaryPattern : long
{
    /// <summary>Nothing that stands out.</summary>
    None = 0,

    /// <summary>Only one crash was given.</summary>
    SingleCrash,

    /// <summary>The same crash again and again.</summary>
    SameCrash,

    /// <summary>One driver again and again.</summary>
    SameDriver,

    /// <summary>Unrelated crashes as bad memory, overheating or undervolting cause them.</summary>
    UnstableHardware,

    /// <summary>The machine itself reported hardware errors.</summary>
    ReportedHardware,
}
