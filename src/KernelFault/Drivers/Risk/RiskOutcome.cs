namespace KernelFault.Drivers.Risk;

/// <summary>What a check came to.</summary>
internal enum RiskOutcome : long
{
    /// <summary>It does not hold.</summary>
    NotFound,

    /// <summary>It holds.</summary>
    Found,

    /// <summary>A fact is missing to tell.</summary>
    Unknown,
}
