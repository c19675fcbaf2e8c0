using System.Globalization;
using KernelFault.Analysis;

namespace KernelFault.Reports;

/// <summary>Several crashes looked at together, as one page for a person.</summary>
public static class SummaryText
{
    /// <summary>Lays the page out.</summary>
    /// <param name="summary">The summary.</param>
    /// <param name="width">Columns of the screen; bounded by <see cref="ReportPage.MinimumWidth"/> and <see cref="ReportPage.MaximumWidth"/>.</param>
    /// <returns>The page.</returns>
    public static ReportPage Layout(CrashSummary summary, int width)
    {
        if (summary is null)
        {
            throw new ArgumentNullException(nameof(summary));
        }

        var page = new ReportPage(width);
        page.Title(summary.Conclusion);
        page.Heading("Pattern");
        page.Paragraph(Wording.Of(summary.Pattern));
        page.EndPart();
        if (summary.Culprit is Culprit culprit)
        {
            page.Heading("Culprit");
            page.Line(
                new ReportSpan(culprit.Module, ReportStyle.Strong),
                new ReportSpan($": {Wording.Of(culprit.Confidence)}; {Wording.Of(culprit.Kind, linux: false)}", ReportStyle.Plain));
            page.EndPart();
        }

        page.List("Reasons", summary.Reasons);
        page.Heading("Crashes");
        foreach (CrashSummaryEntry crash in summary.Crashes)
        {
            WriteCrash(page, crash);
        }

        page.EndPart();
        page.List("Changes", summary.Changes);
        page.Steps(summary.NextSteps);
        page.List("Doubtful", summary.Warnings, ReportStyle.Caution);
        return page;
    }

    /// <summary>The page as plain text.</summary>
    /// <param name="summary">The summary.</param>
    /// <param name="width">Columns of the screen.</param>
    /// <returns>Lines separated by the platform's line break.</returns>
    public static string Render(CrashSummary summary, int width) => Layout(summary, width).ToString();

    private static void WriteCrash(ReportPage page, CrashSummaryEntry crash)
    {
        string time = crash.CrashTime is DateTime known ? known.ToString("yyyy-MM-dd HH:mm", CultureInfo.InvariantCulture) : "time not known  ";
        string culprit = crash.Culprit is null ? "nobody to blame" : string.Format(CultureInfo.InvariantCulture, "{0} ({1:0.00})", crash.Culprit, crash.Confidence);
        page.Line(
            new ReportSpan(time + "  ", ReportStyle.Faint),
            new ReportSpan(culprit, ReportStyle.Strong),
            new ReportSpan($"  {crash.StopCode ?? Wording.Of(crash.FaultClass)}", ReportStyle.Plain));
        page.Paragraph("  " + System.IO.Path.GetFileName(crash.Path), ReportStyle.Faint);
        foreach (string evidence in crash.Evidence)
        {
            page.Item("  -", evidence);
        }
    }
}
