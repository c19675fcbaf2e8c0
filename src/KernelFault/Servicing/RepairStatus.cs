namespace KernelFault.Servicing;

/// <summary>How a check or a repair of Windows ended. The greater number is the worse of two.</summary>
public enum RepairStatus : long
{
    /// <summary>Nothing is amiss; what was to be done is done.</summary>
    Healthy,

    /// <summary>Something was damaged and all of it is whole again.</summary>
    Repaired,

    /// <summary>Something is damaged. It was only looked for, or the logs do not tell what became of it.</summary>
    Damaged,

    /// <summary>A restart has to come first: before what was repaired takes effect, or before anything can be repaired.</summary>
    RestartPending,

    /// <summary>Something is damaged and could not be repaired.</summary>
    NotRepairable,

    /// <summary>It did not come to its end, or its outcome is not known.</summary>
    Failed,

    /// <summary>Somebody on the machine ended it.</summary>
    Cancelled,
}
