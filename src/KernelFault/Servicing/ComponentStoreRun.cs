using KernelFault.Hosts;

namespace KernelFault.Servicing;

/// <summary>One run of DISM, from its arguments to its result.</summary>
/// <param name="host">The machine that does the work.</param>
/// <param name="options">What to do.</param>
internal sealed class ComponentStoreRun(IHost host, ComponentStoreRepairOptions options)
{
    /// <summary>The Windows folder of the image; null for the machine's own Windows.</summary>
    internal string? WindowsDirectory => options.Image is { } image ? image.TrimEnd('\\', '/') + @"\Windows" : null;

    /// <summary>Whether nothing is repaired.</summary>
    internal bool OnlyLooks => options.Operation is ComponentStoreOperation.CheckHealth or ComponentStoreOperation.ScanHealth;

    /// <summary>The program to run.</summary>
    internal ProgramCall Call()
    {
        var arguments = new List<string> { "/English", options.Image is { } image ? "/Image:" + image : "/Online", "/Cleanup-Image", "/" + options.Operation };
        if (options.Operation == ComponentStoreOperation.RestoreHealth)
        {
            arguments.AddRange(options.Source.Select(source => "/Source:" + source));
            if (options.LimitAccess)
            {
                arguments.Add("/LimitAccess");
            }
        }

        return new ProgramCall("dism.exe", [.. arguments]);
    }

    /// <summary>Runs it.</summary>
    /// <param name="status">What is being done, for the progress.</param>
    /// <param name="steps">Keeps what was run.</param>
    /// <param name="progress">Told how far it is.</param>
    /// <param name="cancellation">Ends it.</param>
    internal ComponentStoreRepairResult Run(string status, HostStepRecorder steps, IProgress<HostProgress> progress, CancellationToken cancellation)
    {
        HostFacts facts = host.GetFacts(cancellation);
        var listener = new ServicingProgress(progress, status);
        listener.Begin();
        int before = steps.Steps.Count;
        var mark = ServicingState.Read(host, WindowsDirectory, ServicingLook.Mark, cancellation);
        DateTime start = DateTime.UtcNow;
        ProgramResult ended = steps.Run(listener.Listen(Call()), cancellation);
        var after = ServicingState.Read(host, WindowsDirectory, ServicingLook.Quick, cancellation);

        var cbs = ServicingLogs.ReadCbs(host, mark, cancellation);
        var dism = ServicingLogs.Read(host, mark.System + @"\Logs\DISM\dism.log", isExpected: true, cancellation);
        DismSession? session = DismLogReader.Read(dism.Lines(mark, after), since: null).LastOrDefault(IsOurs);

        // What is done to an offline image is told in dism.log alone.
        ComponentStoreCheck? check = Check(cbs.Lines(mark, after)) ?? Check(dism.Lines(mark, after));
        var warnings = new List<string>([.. cbs.Warnings, .. dism.Warnings]);
        var output = ComponentStoreOutput.Read(ended.Output, facts.OemCodePage);
        uint error = ComponentStoreVerdict.Error(ended.ExitCode, session);
        if (error == 0 && OnlyLooks && check is null && output.Health is null)
        {
            output = output with { Health = ComponentStoreHealth.Ask(host, options.Image, cancellation) };
        }

        RepairStatus verdict = ComponentStoreVerdict.Of(options.Operation, error, output, check, session, warnings);
        ServicingError? known = error == 0 ? null : ServicingErrors.Of(error);
        return new ComponentStoreRepairResult
        {
            ComputerName = host.Name,
            Status = verdict,
            Operation = options.Operation,
            Image = options.Image,
            ExitCode = ended.ExitCode,
            Error = known,
            DetectedCount = check?.DetectedCount,
            RepairedCount = check?.RepairedCount,
            Problems = check is null ? [] : check.Problems.ToArray(),
            Message = output.Message,
            StartTime = start,
            Seconds = ended.Duration.TotalSeconds,
            LogPaths = [.. cbs.Paths, .. dism.Paths],
            Steps = steps.Steps.Skip(before).ToArray(),
            NextSteps = Next(verdict, known),
            Warnings = warnings.ToArray(),
        };
    }

    private ComponentStoreCheck? Check(IEnumerable<ServicingLogLine> lines) => options.Operation is ComponentStoreOperation.ScanHealth or ComponentStoreOperation.RestoreHealth
        ? Last(ComponentStoreCheckReader.Read(lines, since: null))
        : null;

    private static ComponentStoreCheck? Last(IReadOnlyList<ComponentStoreCheck> checks) => checks.Count > 0 ? checks[checks.Count - 1] : null;

    private bool IsOurs(DismSession session) =>
        session.CommandLine is null || session.CommandLine.IndexOf("/" + options.Operation, StringComparison.OrdinalIgnoreCase) is >= 0;

    private static string[] Next(RepairStatus status, ServicingError? error)
    {
        string[] next = status switch
        {
            RepairStatus.Damaged => ["Run Repair-ComponentStore to repair the store."],
            RepairStatus.Repaired => ["Run Repair-SystemFile: files that were copied from the damaged store may be damaged too."],
            RepairStatus.RestartPending => ["Restart the machine, then run Repair-ComponentStore -ScanHealth."],
            RepairStatus.NotRepairable when error is null => ["Give a source of exactly this build with -Source, or install Windows over itself with its own setup, which keeps programs and files."],
            RepairStatus.Failed when error?.Remedy is null => ["Read the end of the logs in LogPaths, restart the machine, and run it again."],
            _ => [],
        };
        return error?.Remedy is { } remedy && status != RepairStatus.RestartPending ? [remedy, .. next] : next;
    }
}
