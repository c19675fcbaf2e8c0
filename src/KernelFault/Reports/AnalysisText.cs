using System.Globalization;
using KernelFault.Analysis;
using KernelFault.Formats;
using KernelFault.Unwinding;

namespace KernelFault.Reports;

/// <summary>An answer as one page for a person. Both doors show this page.</summary>
public static class AnalysisText
{
    private const int FramesShown = 15;

    // The fault and three callers: a stack one can read.
    private const int EnoughProved = 4;

    /// <summary>Lays the page out.</summary>
    /// <param name="analysis">The answer.</param>
    /// <param name="width">Columns of the screen; bounded by <see cref="ReportPage.MinimumWidth"/> and <see cref="ReportPage.MaximumWidth"/>.</param>
    /// <returns>The page.</returns>
    public static ReportPage Layout(KernelFaultAnalysis analysis, int width)
    {
        if (analysis is null)
        {
            throw new ArgumentNullException(nameof(analysis));
        }

        var page = new ReportPage(width);
        page.Title(analysis.Title);
        if (analysis.Linux is { Headline: null })
        {
            WriteSource(page, analysis);
            return page;
        }

        WriteEvent(page, analysis);
        WriteCulprit(page, analysis.Culprit, analysis.Linux is not null);
        WriteStopCode(page, analysis.StopCode);
        WriteFault(page, analysis);
        WriteStack(page, analysis.Stack);
        LinuxText.WriteParts(page, analysis.Linux);
        WriteSystem(page, analysis);
        WriteFindings(page, analysis.Findings);
        page.List("Causes", analysis.Causes);
        page.Steps(analysis.NextSteps);
        WriteSource(page, analysis);
        page.Heading("Bucket");
        page.Paragraph(analysis.BucketId, ReportStyle.Faint);
        return page;
    }

    /// <summary>The page as plain text.</summary>
    /// <param name="analysis">The answer.</param>
    /// <param name="width">Columns of the screen.</param>
    /// <returns>Lines separated by the platform's line break.</returns>
    public static string Render(KernelFaultAnalysis analysis, int width) => Layout(analysis, width).ToString();

    private static void WriteSource(ReportPage page, KernelFaultAnalysis analysis)
    {
        page.List("Not known", analysis.Warnings, ReportStyle.Caution);
        page.Heading("File");
        page.Paragraph(analysis.Path == "-" ? "(text from a pipeline)" : analysis.Path, ReportStyle.Faint);
        page.Paragraph(Wording.Of(analysis.Kind), ReportStyle.Faint);
    }

    private static void WriteEvent(ReportPage page, KernelFaultAnalysis analysis)
    {
        page.Heading("What happened");
        if (analysis.StopCode?.Meaning is string meaning)
        {
            page.Paragraph(meaning);
        }

        string what = Wording.Of(analysis.FaultClass);
        if (analysis.Linux is not null)
        {
            LinuxText.WriteEvent(page, analysis.Linux, analysis.Culprit);
        }

        if (analysis.Linux is null || analysis.FaultClass != FaultClass.Unknown)
        {
            page.Paragraph(analysis.Exception is null ? $"Kind of fault: {what}." : $"Kind of fault: {what} ({analysis.Exception}).");
        }

        page.EndPart();
    }

    private static void WriteCulprit(ReportPage page, Culprit? culprit, bool linux)
    {
        page.Heading("Culprit");
        if (culprit is null)
        {
            page.Paragraph("Nothing here points at anyone.", ReportStyle.Strong);
            page.EndPart();
            return;
        }

        page.Line(
            new ReportSpan(culprit.Module, ReportStyle.Strong),
            new ReportSpan($": {Wording.Of(culprit.Confidence)}; {Wording.Of(culprit.Kind, linux)}", ReportStyle.Plain));
        foreach (string reason in culprit.Reasons)
        {
            page.Item("-", reason);
        }

        foreach (string doubt in culprit.Doubts)
        {
            page.Item("?", doubt, ReportStyle.Caution);
        }

        page.EndPart();
    }

    private static void WriteStopCode(ReportPage page, StopCode? stop)
    {
        if (stop is null)
        {
            return;
        }

        page.Heading("Stop code");
        page.Line(
            new ReportSpan(stop.ToString(), ReportStyle.Strong),
            new ReportSpan(stop.RawCode.EndsWith(stop.Code.ToString("X8", CultureInfo.InvariantCulture), StringComparison.OrdinalIgnoreCase) ? string.Empty : $" (stored as {stop.RawCode})", ReportStyle.Faint));
        foreach (BugCheckParameter parameter in stop.Parameters)
        {
            string meaning = Joined(": ", parameter.Meaning, parameter.Decoded);
            page.Paragraph(FormattableString.Invariant($"{parameter.Index}  {parameter.Value}  {meaning}").TrimEnd(), hanging: 23);
        }

        page.EndPart();
    }

    private static void WriteFault(ReportPage page, KernelFaultAnalysis analysis)
    {
        if (analysis.Address is FaultAddress address)
        {
            page.Heading("Address");
            string access = address.Access == AccessKind.Unknown ? string.Empty : $", {Wording.Words(address.Access.ToString())}";
            page.Paragraph($"{address.Address.Hex}: {Wording.Of(address.Region, analysis.Linux is not null)}{access}");
            page.Paragraph(address.Explanation);
        }

        if (analysis.Instruction is FaultInstruction instruction)
        {
            page.Heading("Instruction");
            page.Paragraph(Place(instruction));
            page.Paragraph(instruction.Text is null
                ? analysis.Linux is null ? "Its bytes are neither in the file nor in an image at hand." : "Its bytes are not printed."
                : $"{instruction.Text}    (bytes {instruction.Bytes}, from {instruction.Origin})");
        }

        page.EndPart();
    }

    private static string Place(FaultInstruction instruction)
    {
        string offset = instruction.Offset is uint bytes ? "+0x" + bytes.ToString("x", CultureInfo.InvariantCulture) : string.Empty;
        string address = instruction.Address is { } known ? known.Hex + "  " : string.Empty;
        string place = instruction.Module is null ? $"{instruction.Address?.Hex}, in no loaded module" : address + instruction.Module + offset;
        return instruction.Function is null ? place : $"{place}  {instruction.Function}";
    }

    private static string Address(StackFrame frame) => frame.InstructionPointer is { } pointer ? pointer.Hex + "  " : string.Empty;

    private static void WriteStack(ReportPage page, IReadOnlyList<StackFrame> stack)
    {
        page.Heading("Stack");
        if (stack.Count == 0)
        {
            page.Paragraph("None is recorded.");
            page.EndPart();
            return;
        }

        // Where enough frames are proved, those that only may be ones would hide them.
        var shown = new List<StackFrame>(stack.Count);
        for (int i = 0; i < stack.Count; i++)
        {
            if (!stack[i].IsUnproved)
            {
                shown.Add(stack[i]);
            }
        }

        int hidden = stack.Count - shown.Count;
        if (shown.Count < EnoughProved)
        {
            hidden = 0;
            shown.Clear();
            shown.AddRange(stack);
        }

        if (shown.Count > FramesShown)
        {
            shown.RemoveRange(FramesShown, shown.Count - FramesShown);
        }

        page.Paragraph(Legend(shown), ReportStyle.Faint);
        foreach (StackFrame frame in shown)
        {
            string note = frame.Note is null ? string.Empty : frame.IsUnproved ? "  (unverified)" : $"  ({frame.Note})";
            page.Line(
                new ReportSpan(FormattableString.Invariant($"{frame.Index,2} {Wording.Mark(frame.Trust)} {Address(frame)}"), ReportStyle.Faint),
                new ReportSpan(frame.Module is null ? "in no loaded driver" : frame.Symbol, frame.Trust == FrameTrust.CallScan ? ReportStyle.Plain : ReportStyle.Strong),
                new ReportSpan(note, ReportStyle.Faint));
        }

        int more = stack.Count - hidden - shown.Count;
        if (more > 0 || hidden > 0)
        {
            string deeper = more > 0 ? FormattableString.Invariant($"{more} deeper frames") : string.Empty;
            string unproved = hidden > 0 ? Unproved(stack, hidden) : string.Empty;
            page.Paragraph($"... and {deeper}{(more > 0 && hidden > 0 ? " and " : string.Empty)}{unproved} in the object's Stack.", ReportStyle.Faint);
        }

        page.EndPart();
    }

    private static string Unproved(IReadOnlyList<StackFrame> stack, int hidden) => stack.Exists(static frame => frame.Note == StackFrame.PassedOver)
        ? FormattableString.Invariant($"{hidden} {(hidden == 1 ? "entry" : "entries")} marked ? by the kernel")
        : FormattableString.Invariant($"{hidden} return {(hidden == 1 ? "address" : "addresses")} that no code proves");

    // The marks that occur, the surest first. No grouping by enumeration: code for that would be compiled at every start.
    private static string Legend(List<StackFrame> shown)
    {
        var marks = new List<string>();
        for (FrameTrust trust = FrameTrust.Context; trust <= FrameTrust.CallScan; trust++)
        {
            if (shown.Exists(frame => frame.Trust == trust))
            {
                marks.Add($"{Wording.Mark(trust)} {Wording.Of(trust)}");
            }
        }

        return string.Join("   ", marks);
    }

    private static void WriteSystem(ReportPage page, KernelFaultAnalysis analysis)
    {
        SystemFacts system = analysis.System;
        page.Heading("System");
        page.Paragraph(Joined(
            ", ",
            system.OperatingSystem ?? (system.BuildNumber is uint build ? FormattableString.Invariant($"build {build}") : null),
            system.Architecture == Dumps.Architecture.Unknown ? null : system.Architecture.ToString().ToLowerInvariant(),
            system.ProductType,
            system.ProcessorCount is uint count ? FormattableString.Invariant($"{count} processor{(count == 1 ? string.Empty : "s")}") : null));
        page.Paragraph(Joined(
            ", ",
            system.CrashTime is DateTime time ? $"crashed {Wording.Of(time)}" : "crash time not recorded",
            system.UptimeSeconds is long seconds ? $"{Wording.Duration(seconds)} after start" : null));
        page.Paragraph(Joined(
            ", ",
            system.ProcessName is null ? null : $"in process {system.ProcessName}{(system.ProcessId is ulong id ? FormattableString.Invariant($" ({id})") : string.Empty)}",
            system.ThreadId is ulong thread ? FormattableString.Invariant($"thread {thread}") : null,
            system.ProcessorNumber is uint number ? FormattableString.Invariant($"processor {number}") : null,
            system.Irql is int irql ? FormattableString.Invariant($"IRQL {irql}") : null));
        if (analysis.Verifier is { FlagNames.Count: > 0 } verifier)
        {
            page.Paragraph($"Driver Verifier was on: {string.Join(", ", verifier.FlagNames)}{(verifier.Drivers.Count > 0 ? $" for {string.Join(", ", verifier.Drivers)}" : string.Empty)}");
        }

        if (analysis.Linux is not null)
        {
            LinuxText.WriteSystem(page, analysis.Linux);
        }
        else
        {
            page.Paragraph(FormattableString.Invariant($"{analysis.Modules.Count} drivers loaded, {analysis.UnloadedModules.Count} unloaded before"));
        }

        page.EndPart();
    }

    private static void WriteFindings(ReportPage page, IReadOnlyList<Finding> findings)
    {
        page.Heading("Evidence");
        for (FindingSeverity severity = FindingSeverity.Decisive; severity >= FindingSeverity.Information; severity--)
        {
            string mark = severity switch
            {
                FindingSeverity.Decisive => "!",
                FindingSeverity.Notable => "-",
                _ => ".",
            };
            foreach (Finding finding in findings)
            {
                if (finding.Severity != severity)
                {
                    continue;
                }

                page.Item(mark, $"{finding.Text} [{finding.Source}]", severity == FindingSeverity.Information ? ReportStyle.Faint : ReportStyle.Plain);
            }
        }

        page.EndPart();
    }

    // What there is of the parts.
    private static string Joined(string separator, params string?[] parts)
    {
        var known = new List<string>(parts.Length);
        foreach (string? part in parts)
        {
            if (!string.IsNullOrEmpty(part))
            {
                known.Add(part!);
            }
        }

        return string.Join(separator, known);
    }
}
