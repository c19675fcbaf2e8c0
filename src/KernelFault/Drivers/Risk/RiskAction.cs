namespace KernelFault.Drivers.Risk;

/// <summary>What to do about a driver; playbooks have a step for each.</summary>
public enum RiskAction : long
{
    /// <summary>Look closer.</summary>
    Investigate,

    /// <summary>Install a newer version.</summary>
    Update,

    /// <summary>Go back to the version before.</summary>
    RollBack,

    /// <summary>Watch it with Driver Verifier, or with the debug options of Linux.</summary>
    Verify,

    /// <summary>Keep it from being loaded.</summary>
    Disable,

    /// <summary>Put it on a block list and take it off the machine.</summary>
    Block,
}
