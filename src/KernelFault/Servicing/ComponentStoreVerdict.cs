namespace KernelFault.Servicing;

/// <summary>Judges a run of DISM by its exit code, the summary in the logs, and only where there is neither by what it wrote.</summary>
internal static class ComponentStoreVerdict
{
    // A number of DISM's own for "it failed"; its log has the right one.
    private const uint FalseResult = 0x80070001;

    /// <summary>The error that a run ended with.</summary>
    /// <param name="exitCode">DISM's exit code.</param>
    /// <param name="session">The run in dism.log; null when it is not there.</param>
    /// <returns>The HRESULT; 0 for none.</returns>
    internal static uint Error(int exitCode, DismSession? session)
    {
        uint code = ServicingErrors.HResult(exitCode);
        return code is FalseResult or uint.MaxValue && session?.ErrorCode is { } logged ? logged : code;
    }

    /// <summary>How a run ended.</summary>
    /// <param name="operation">What it was to do.</param>
    /// <param name="error">The HRESULT it ended with.</param>
    /// <param name="output">What it wrote.</param>
    /// <param name="check">The summary of the check in the logs; null when there is none.</param>
    /// <param name="session">The run in dism.log; null when it is not there.</param>
    /// <param name="warnings">What could not be learnt is added.</param>
    internal static RepairStatus Of(ComponentStoreOperation operation, uint error, ComponentStoreOutput output, ComponentStoreCheck? check, DismSession? session, ICollection<string> warnings)
    {
        if (error != 0)
        {
            return ServicingErrors.Status(error);
        }

        RepairStatus status = operation switch
        {
            ComponentStoreOperation.StartComponentCleanup => RepairStatus.Healthy,
            ComponentStoreOperation.RestoreHealth => Restored(output, check, warnings),
            ComponentStoreOperation.ScanHealth => Scanned(output, check, warnings),
            _ => Said(output, warnings),
        };
        return session?.IsRestartRequired == true && status is RepairStatus.Healthy or RepairStatus.Repaired ? RepairStatus.RestartPending : status;
    }

    private static RepairStatus Restored(ComponentStoreOutput output, ComponentStoreCheck? check, ICollection<string> warnings)
    {
        if (check is null)
        {
            warnings.Add("The logs hold no summary of this run: the store is sound now, but whether something had to be repaired is not known.");
            return output.Health is RepairStatus.NotRepairable ? RepairStatus.NotRepairable : RepairStatus.Healthy;
        }

        return check.DetectedCount == 0 ? RepairStatus.Healthy : check.RepairedCount >= check.DetectedCount ? RepairStatus.Repaired : RepairStatus.NotRepairable;
    }

    private static RepairStatus Scanned(ComponentStoreOutput output, ComponentStoreCheck? check, ICollection<string> warnings)
    {
        if (check is null)
        {
            return Said(output, warnings);
        }

        return check.DetectedCount == 0 ? RepairStatus.Healthy : output.Health is RepairStatus.NotRepairable ? RepairStatus.NotRepairable : RepairStatus.Damaged;
    }

    private static RepairStatus Said(ComponentStoreOutput output, ICollection<string> warnings)
    {
        if (output.Health is null)
        {
            warnings.Add("DISM ended without an error, but neither the logs nor what it wrote say how the store is.");
        }

        return output.Health ?? RepairStatus.Failed;
    }
}
