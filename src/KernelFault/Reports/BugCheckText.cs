using System.Globalization;
using KernelFault.Analysis;

namespace KernelFault.Reports;

/// <summary>A stop code as one page for a person.</summary>
public static class BugCheckText
{
    private const int ValuesShown = 12;

    /// <summary>Lays the page out.</summary>
    /// <param name="explanation">The stop code.</param>
    /// <param name="width">Columns of the screen; bounded by <see cref="ReportPage.MinimumWidth"/> and <see cref="ReportPage.MaximumWidth"/>.</param>
    /// <returns>The page.</returns>
    public static ReportPage Layout(BugCheckExplanation explanation, int width)
    {
        if (explanation is null)
        {
            throw new ArgumentNullException(nameof(explanation));
        }

        var page = new ReportPage(width);
        page.Title(explanation.ToString());
        page.Heading("Meaning");
        page.Paragraph(explanation.Meaning);
        if (explanation.FaultClass != FaultClass.Unknown)
        {
            page.Paragraph($"Kind of fault: {Wording.Of(explanation.FaultClass)}.");
        }

        if (explanation.IsLiveDump)
        {
            page.Paragraph("Windows writes it into reports of a system that went on running.");
        }

        if (explanation.Note is string note)
        {
            page.Paragraph(note + (explanation.SeeAlso.Count > 0 ? $" See {string.Join(", ", explanation.SeeAlso)}." : string.Empty), ReportStyle.Caution);
        }

        page.Blank();
        page.Heading("Parameters");
        foreach (BugCheckParameterExplanation parameter in explanation.Parameters)
        {
            WriteParameter(page, parameter);
        }

        page.Blank();
        page.List("Causes", explanation.Causes);
        page.Steps(explanation.NextSteps);
        return page;
    }

    /// <summary>The page as plain text.</summary>
    /// <param name="explanation">The stop code.</param>
    /// <param name="width">Columns of the screen.</param>
    /// <returns>Lines separated by the platform's line break.</returns>
    public static string Render(BugCheckExplanation explanation, int width) => Layout(explanation, width).ToString();

    private static void WriteParameter(ReportPage page, BugCheckParameterExplanation parameter)
    {
        string index = parameter.Index.ToString(CultureInfo.InvariantCulture);
        string meaning = parameter.Meaning ?? "not used or not documented";
        if (parameter.Value is string value)
        {
            page.Paragraph($"{index}  {value}  {meaning}{(parameter.Decoded is string decoded ? $": {decoded}" : string.Empty)}", hanging: 23);
            return;
        }

        page.Paragraph($"{index}  {meaning}", hanging: 3);
        foreach (string known in parameter.Values.Take(ValuesShown))
        {
            page.Paragraph("     " + known, ReportStyle.Faint, hanging: 7);
        }

        if (parameter.Values.Count > ValuesShown)
        {
            page.Paragraph(FormattableString.Invariant($"     ... and {parameter.Values.Count - ValuesShown} more values"), ReportStyle.Faint);
        }
    }
}
