using KernelFault.Analysis;
using KernelFault.Analysis.Linux;
using KernelFault.Analysis.Linux.Vmcores;

namespace KernelFault.Reports;

/// <summary>The parts of the page that only a Linux crash has.</summary>
internal static class LinuxText
{
    private const int LinesShown = 12;
    private const int CrashesShown = 5;
    private const int StrangersShown = 8;
    private const int FunctionsShown = 4;

    /// <summary>What happened, and whether the kernel went on.</summary>
    internal static void WriteEvent(ReportPage page, LinuxReport report, Culprit? culprit)
    {
        if (report.Meaning is not null)
        {
            page.Paragraph(report.Meaning);
        }

        if (report.Panicked)
        {
            page.Paragraph(report.PanicReason is null ? "The kernel stopped." : $"The kernel stopped: {report.PanicReason.TrimEnd('.')}.");
        }

        // The title ends with the function already; the file and what it belongs to are new. Those of a foreign module are not printed.
        string[] place = new[] { report.Frame, report.GuiltyFile, report.Subsystem }.OfType<string>().ToArray();
        if (place.Length > 1 && culprit?.Kind != CulpritKind.ThirdPartyDriver)
        {
            page.Paragraph($"Look at {string.Join(", ", place)}.");
        }
    }

    /// <summary>What stands between the stack and the machine.</summary>
    internal static void WriteParts(ReportPage page, LinuxReport? report)
    {
        if (report is null)
        {
            return;
        }

        List(page, "Page tables", report.PageTableWalk, LinesShown);
        List(page, "Processors", report.Processors.Where(processor => !processor.Panicked).Select(Processor).ToArray(), LinesShown);
        List(page, "Memory", report.Memory, LinesShown);
        List(page, "Locks", report.LocksHeld, LinesShown);
        List(page, "Later", report.OtherCrashes.Select(Crash).ToArray(), CrashesShown);
    }

    /// <summary>The machine, and the modules of its kernel.</summary>
    internal static void WriteSystem(ReportPage page, LinuxReport report)
    {
        if (report.Hardware is not null)
        {
            page.Paragraph(report.Hardware);
        }

        if (report.Workqueue is not null)
        {
            page.Paragraph("work: " + report.Workqueue);
        }

        // A trace in a task is the rule; elsewhere nothing may sleep or touch programs' memory.
        if (report.ExecutionContext is not null and not "task")
        {
            page.Paragraph($"in {report.ExecutionContext} context");
        }

        if (report.LoadedModules.Count > 0)
        {
            string[] strangers = report.LoadedModules.Where(m => m.IsThirdParty).Select(m => m.ToString()).ToArray();
            string more = strangers.Length > StrangersShown ? ", ..." : string.Empty;
            string names = strangers.Length == 0 ? string.Empty : FormattableString.Invariant($", {strangers.Length} not part of the kernel: ") + string.Join(", ", strangers.Take(StrangersShown)) + more;
            page.Paragraph(FormattableString.Invariant($"{report.LoadedModules.Count} module{(report.LoadedModules.Count == 1 ? string.Empty : "s")} loaded") + names);
        }

        if (report.LastUnloaded is not null)
        {
            page.Paragraph("last unloaded: " + report.LastUnloaded);
        }
    }

    private static void List(ReportPage page, string heading, IReadOnlyList<string> lines, int most)
    {
        int left = lines.Count - most;
        page.List(heading, left <= 1 ? lines : [.. lines.Take(most), FormattableString.Invariant($"... and {left} more")]);
    }

    // Where the others were is told by a few functions; the one that panicked has its stack above.
    private static string Processor(LinuxProcessor processor)
    {
        string task = processor.TaskName is null ? "task not known"
            : processor.ThreadId is > 0 and { } id ? FormattableString.Invariant($"{processor.TaskName} ({id})")
            : processor.TaskName;
        string[] functions = processor.Stack.Where(frame => frame.Function is not null).Take(FunctionsShown).Select(frame => frame.Function!).ToArray();
        string place = functions.Length > 0 ? " in " + string.Join(" < ", functions)
            : processor.Registers is null ? string.Empty
            : " outside the kernel";
        return FormattableString.Invariant($"{processor.Number}: {task}{place}");
    }

    private static string Crash(LinuxCrash crash) =>
        crash.Seconds is double seconds ? FormattableString.Invariant($"{crash.Title} ({seconds:0.000} s after start)") : crash.Title;
}
