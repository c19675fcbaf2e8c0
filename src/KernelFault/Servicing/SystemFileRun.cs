using KernelFault.Hosts;

namespace KernelFault.Servicing;

/// <summary>One run of sfc, from its arguments to its result.</summary>
/// <param name="host">The machine that does the work.</param>
/// <param name="options">What to do.</param>
internal sealed class SystemFileRun(IHost host, SystemFileRepairOptions options)
{
    // /offlogfile came with Windows 10.
    private const int FirstWithLog = 10;
    private const int FirstOfWindows = 256;

    /// <summary>The program to run.</summary>
    internal ProgramCall Call(HostFacts facts)
    {
        var arguments = new List<string>
        {
            (options.Path, options.VerifyOnly) switch
            {
                (null, true) => "/verifyonly",
                (null, false) => "/scannow",
                (_, true) => "/verifyfile=" + options.Path,
                (_, false) => "/scanfile=" + options.Path,
            },
        };
        if (options.WindowsDirectory is { } windows)
        {
            arguments.Add("/offbootdir=" + (options.BootDirectory ?? ServicingPath.Root(windows)));
            arguments.Add("/offwindir=" + windows);
            if (OfflineLog(facts) is { } log)
            {
                arguments.Add("/offlogfile=" + log);
            }
        }

        return new ProgramCall("sfc.exe", [.. arguments]);
    }

    /// <summary>Runs it.</summary>
    /// <param name="status">What is being done, for the progress.</param>
    /// <param name="steps">Keeps what was run.</param>
    /// <param name="progress">Told how far it is.</param>
    /// <param name="cancellation">Ends it.</param>
    internal SystemFileRepairResult Run(string status, HostStepRecorder steps, IProgress<HostProgress> progress, CancellationToken cancellation)
    {
        HostFacts facts = host.GetFacts(cancellation);
        var listener = new ServicingProgress(progress, status);
        listener.Begin();
        int before = steps.Steps.Count;
        var mark = ServicingState.Read(host, options.WindowsDirectory, ServicingLook.Mark, cancellation);
        DateTime start = DateTime.UtcNow;
        ProgramResult ended = steps.Run(listener.Listen(Call(facts)), cancellation);
        var after = ServicingState.Read(host, options.WindowsDirectory, ServicingLook.Quick, cancellation);

        ServicingLogs logs = OfflineLog(facts) is { } offline ? ServicingLogs.Read(host, offline, isExpected: true, cancellation) : ServicingLogs.ReadCbs(host, mark, cancellation);
        SystemFileScan scan = SystemFileScanReader.Read(logs.Lines(mark, after), since: null);
        var output = SystemFileOutput.Read(ended.Output, facts.OemCodePage);
        var warnings = new List<string>(logs.Warnings);
        RepairStatus verdict = SystemFileVerdict.Of(options, ended.ExitCode, output, scan, mark.Pending.Count > 0, after.Pending.Count > 0, warnings);
        ServicingError? error = Error(ended.ExitCode);
        long repaired = options.VerifyOnly ? 0 : scan.Problems.Count(problem => problem.IsRepaired);
        return new SystemFileRepairResult
        {
            ComputerName = host.Name,
            Status = verdict,
            VerifyOnly = options.VerifyOnly,
            Path = options.Path,
            WindowsDirectory = options.WindowsDirectory,
            ExitCode = ended.ExitCode,
            Error = error,
            ComponentCount = scan.ComponentCount,
            RepairedCount = repaired,
            NotRepairedCount = scan.Problems.Count - repaired,
            Files = scan.Problems.ToArray(),
            Message = output.Message,
            StartTime = start,
            Seconds = ended.Duration.TotalSeconds,
            LogPaths = logs.Paths.ToArray(),
            Steps = steps.Steps.Skip(before).ToArray(),
            NextSteps = Next(verdict, error),
            Warnings = warnings.ToArray(),
        };
    }

    // Small numbers are sfc's own, and no numbers of Windows.
    private static ServicingError? Error(int exitCode) => exitCode is >= 0 and < FirstOfWindows ? null : ServicingErrors.Of(ServicingErrors.HResult(exitCode));

    private string[] Next(RepairStatus status, ServicingError? error) => status switch
    {
        RepairStatus.Damaged when options.VerifyOnly => ["Run Repair-SystemFile without -VerifyOnly to repair the files."],
        RepairStatus.Damaged => ["Run Repair-SystemFile -VerifyOnly to see what is damaged still, and read the log."],
        RepairStatus.RestartPending => ["Restart the machine, then run Repair-SystemFile -VerifyOnly."],
        RepairStatus.NotRepairable => ["Run Repair-ComponentStore, then Repair-SystemFile again: what sfc repairs from is damaged itself. Repair-SystemImage does both.", "Check the disk with chkdsk, and the memory: files do not change by themselves."],
        RepairStatus.Repaired => ["Check the disk with chkdsk, and the memory, when files are damaged again: they do not change by themselves."],
        RepairStatus.Failed => [error?.Remedy ?? "Read what sfc said in Message and the end of its log, restart the machine, and run it again; from the recovery environment with -WindowsDirectory where it fails again."],
        RepairStatus.Cancelled => ["Run it again and let it come to its end."],
        _ => [],
    };

    private string? OfflineLog(HostFacts facts) =>
        options.WindowsDirectory is { } windows && facts.Version is { } version && int.TryParse(version.Split('.')[0], out int major) && major >= FirstWithLog
            ? windows.TrimEnd('\\', '/') + @"\Logs\CBS\sfc-offline.log"
            : null;
}
