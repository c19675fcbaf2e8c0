namespace KernelFault.Servicing;

/// <summary>Judges a run of sfc by its lines in the log, the structure of what it wrote, and its exit code; never by words of a language.</summary>
internal static class SystemFileVerdict
{
    /// <summary>How a run ended.</summary>
    /// <param name="options">What it was to do.</param>
    /// <param name="exitCode">Its exit code.</param>
    /// <param name="output">What it wrote.</param>
    /// <param name="scan">Its lines in the log.</param>
    /// <param name="wasPending">Whether a restart was pending before.</param>
    /// <param name="isPending">Whether one is pending now.</param>
    /// <param name="warnings">What could not be learnt is added.</param>
    internal static RepairStatus Of(SystemFileRepairOptions options, int exitCode, SystemFileOutput output, SystemFileScan scan, bool wasPending, bool isPending, ICollection<string> warnings)
    {
        if (exitCode != 0 && ServicingErrors.Status(ServicingErrors.HResult(exitCode)) is RepairStatus.Cancelled or RepairStatus.RestartPending)
        {
            return ServicingErrors.Status(ServicingErrors.HResult(exitCode));
        }

        bool hasLines = scan.StartTime is not null;
        bool isDone = options.Path is null ? output.Percentage >= 100 : exitCode == 0 || scan.IsVerified;
        if (!hasLines && scan.Problems.Count == 0)
        {
            return WithoutLog(exitCode, output, isDone, isPending, warnings);
        }

        // A log that ends early and an output that does not are those of a run whose log was not read to its end.
        if (!isDone && !scan.IsComplete)
        {
            return RepairStatus.Failed;
        }

        bool anyDamaged = scan.Problems.Any(problem => !problem.IsRepaired);
        if (options.VerifyOnly)
        {
            return scan.Problems.Count > 0 || output.NamesLog ? RepairStatus.Damaged : RepairStatus.Healthy;
        }

        if (anyDamaged)
        {
            return RepairStatus.NotRepairable;
        }

        if (scan.Problems.Count > 0)
        {
            return isPending && !wasPending ? RepairStatus.RestartPending : RepairStatus.Repaired;
        }

        if (output.NamesLog)
        {
            warnings.Add("sfc says that it found damaged files, but its lines in the log name none.");
            return RepairStatus.Damaged;
        }

        return RepairStatus.Healthy;
    }

    private static RepairStatus WithoutLog(int exitCode, SystemFileOutput output, bool isDone, bool isPending, ICollection<string> warnings)
    {
        if (!isDone)
        {
            // sfc refuses to begin when an operation waits for a restart.
            return isPending && output.Percentage is null ? RepairStatus.RestartPending : RepairStatus.Failed;
        }

        if (output.NamesLog)
        {
            warnings.Add("sfc says that it found damaged files, but the log holds no lines of this run that name them.");
            return RepairStatus.Damaged;
        }

        if (exitCode != 0)
        {
            return RepairStatus.Failed;
        }

        warnings.Add("The log holds no lines of this run; what is said of it rests on the structure of what sfc wrote.");
        return RepairStatus.Healthy;
    }
}
