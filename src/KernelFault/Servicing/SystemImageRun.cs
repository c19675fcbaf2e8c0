using System.Diagnostics;
using KernelFault.Hosts;

namespace KernelFault.Servicing;

/// <summary>The runs of one repair of the whole system, one after the other.</summary>
/// <param name="host">The machine that does the work.</param>
/// <param name="windows">The folder of another Windows on it; null for its own.</param>
/// <param name="storeOptions">How DISM does an operation.</param>
/// <param name="fileOptions">What sfc is to do.</param>
internal sealed class SystemImageRun(IHost host, string? windows, Func<ComponentStoreOperation, ComponentStoreRepairOptions> storeOptions, SystemFileRepairOptions fileOptions)
{
    private readonly HostStepRecorder _steps = new(host);
    private readonly List<ComponentStoreRepairResult> _store = [];
    private readonly List<SystemFileRepairResult> _files = [];

    /// <summary>Does all of it.</summary>
    /// <param name="progress">Told how far the program is that runs.</param>
    /// <param name="cancellation">Ends it.</param>
    internal SystemImageRepairResult Run(IProgress<HostProgress> progress, CancellationToken cancellation)
    {
        DateTime start = DateTime.UtcNow;
        var clock = Stopwatch.StartNew();
        if (RunStore(progress, cancellation))
        {
            RunFiles("Step 4 of 5: checking and repairing system files", progress, cancellation);
            if (_files[0].RepairedCount > 0 && Goes(_files[0].Status))
            {
                RunFiles("Step 5 of 5: checking the repaired system files", progress, cancellation);
            }
        }

        RepairStatus store = StoreStatus();
        RepairStatus files = FileStatus();
        return new SystemImageRepairResult
        {
            ComputerName = host.Name,
            Status = store > files ? store : files,
            WindowsDirectory = windows,
            ComponentStore = _store.ToArray(),
            SystemFiles = _files.ToArray(),
            RepairedCount = _store.Sum(run => run.RepairedCount ?? 0) + _files.Sum(run => run.RepairedCount),
            NotRepairedCount = LastDamage() + (_files.Count > 0 ? _files[_files.Count - 1].NotRepairedCount : 0),
            StartTime = start,
            Seconds = clock.Elapsed.TotalSeconds,
            LogPaths = [.. _store.SelectMany(run => run.LogPaths).Concat(_files.SelectMany(run => run.LogPaths)).Distinct(StringComparer.OrdinalIgnoreCase)],
            Steps = _steps.Steps.ToArray(),
            NextSteps = Next(store, files),
            Warnings = [.. _store.SelectMany(run => run.Warnings).Concat(_files.SelectMany(run => run.Warnings)).Distinct(StringComparer.Ordinal)],
        };
    }

    // Files are looked at even when the store could not be repaired: most of it is sound, and the list of what is not is worth much.
    private static bool Goes(RepairStatus status) => status is RepairStatus.Healthy or RepairStatus.Repaired or RepairStatus.Damaged or RepairStatus.NotRepairable;

    private bool RunStore(IProgress<HostProgress> progress, CancellationToken cancellation)
    {
        RepairStatus marked = RunStore("Step 1 of 5: asking for known damage of the component store", ComponentStoreOperation.CheckHealth, progress, cancellation);
        if (!Goes(marked) && _store[0].Error is not null)
        {
            return false;
        }

        RepairStatus scanned = RunStore("Step 2 of 5: checking the component store", ComponentStoreOperation.ScanHealth, progress, cancellation);
        if (!Goes(scanned) && _store[1].Error is not null)
        {
            return false;
        }

        return scanned == RepairStatus.Healthy
            || Goes(RunStore("Step 3 of 5: repairing the component store", ComponentStoreOperation.RestoreHealth, progress, cancellation));
    }

    private RepairStatus RunStore(string status, ComponentStoreOperation operation, IProgress<HostProgress> progress, CancellationToken cancellation)
    {
        ComponentStoreRepairResult result = new ComponentStoreRun(host, storeOptions(operation)).Run(status, _steps, progress, cancellation);
        _store.Add(result);
        return result.Status;
    }

    private void RunFiles(string status, IProgress<HostProgress> progress, CancellationToken cancellation) =>
        _files.Add(new SystemFileRun(host, fileOptions).Run(status, _steps, progress, cancellation));

    // A later run knows better than one before.
    private RepairStatus StoreStatus() => _store[_store.Count - 1].Status;

    private RepairStatus FileStatus()
    {
        if (_files.Count == 0)
        {
            return RepairStatus.Healthy;
        }

        RepairStatus last = _files[_files.Count - 1].Status;
        return last == RepairStatus.Healthy ? _files[0].Status == RepairStatus.Healthy ? last : RepairStatus.Repaired : last;
    }

    private long LastDamage() => _store[_store.Count - 1] is { DetectedCount: { } detected } last ? Math.Max(0, detected - (last.RepairedCount ?? 0)) : 0;

    private string[] Next(RepairStatus store, RepairStatus files)
    {
        IEnumerable<string> next = store is not (RepairStatus.Healthy or RepairStatus.Repaired) ? _store[_store.Count - 1].NextSteps : [];
        if (_files.Count > 0 && files is not RepairStatus.Healthy)
        {
            // The store was repaired already: to do so first is no advice.
            next = next.Concat(_files[_files.Count - 1].NextSteps.Where(step => files != RepairStatus.NotRepairable || step.IndexOf("Repair-ComponentStore", StringComparison.Ordinal) is < 0));
        }

        if (files == RepairStatus.NotRepairable && store is RepairStatus.Healthy or RepairStatus.Repaired)
        {
            next = next.Prepend("The store is sound and some files still cannot be repaired: copy them from a machine of the same build, or install Windows over itself with its own setup, which keeps programs and files.");
        }

        return [.. next.Distinct(StringComparer.Ordinal)];
    }
}
