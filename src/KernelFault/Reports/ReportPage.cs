using System.Globalization;
using System.Text;
using KernelFault.Analysis;
using KernelFault.Formats;

namespace KernelFault.Reports;

/// <summary>A page of text with a name in the left margin of every part, wrapped to a width.</summary>
/// <remarks>Every text that is put in is made safe to show, wherever it came from.</remarks>
public sealed class ReportPage
{
    /// <summary>Narrower than this and words stand alone; the page is laid out for this width at least.</summary>
    public const int MinimumWidth = 60;

    /// <summary>Wider lines are hard to read.</summary>
    public const int MaximumWidth = 110;

    private const int Margin = 15;

    // Cut from, not made: filling a string runs vector code, which is compiled at every start.
    private const string ManyBlanks = "                                                                ";

    private readonly List<IReadOnlyList<ReportSpan>> _lines = [];
    private readonly int _width;
    private string? _heading;

    internal ReportPage(int width)
    {
        _width = Math.Min(Math.Max(width, MinimumWidth), MaximumWidth);
    }

    /// <summary>The lines, each a list of pieces.</summary>
    public IReadOnlyList<IReadOnlyList<ReportSpan>> Lines => _lines;

    /// <summary>The page without styles.</summary>
    /// <returns>Lines separated by the platform's line break, the last one without.</returns>
    public override string ToString()
    {
        var text = new StringBuilder();
        foreach (IReadOnlyList<ReportSpan> line in _lines)
        {
            if (text.Length > 0)
            {
                text.Append(Environment.NewLine);
            }

            foreach (ReportSpan span in line)
            {
                text.Append(span.Text);
            }
        }

        return text.ToString();
    }

    /// <summary>The title over the whole width.</summary>
    internal void Title(string text)
    {
        foreach (string line in Wrap(PrintableText.Clean(text), _width, _width))
        {
            _lines.Add([new ReportSpan(line, ReportStyle.Title)]);
        }

        Blank();
    }

    internal void Blank()
    {
        if (_lines.Count > 0 && _lines[_lines.Count - 1].Count > 0)
        {
            _lines.Add([]);
        }
    }

    /// <summary>Names the part that the next line begins.</summary>
    internal void Heading(string text) => _heading = text;

    /// <summary>A paragraph; lines after the first are indented by <paramref name="hanging"/>.</summary>
    internal void Paragraph(string text, ReportStyle style = ReportStyle.Plain, int hanging = 0)
    {
        string rest = PrintableText.Clean(text);
        if (rest.Length == 0)
        {
            return;
        }

        bool first = true;
        foreach (string line in Wrap(rest, _width - Margin, _width - Margin - hanging))
        {
            Add(new ReportSpan(first ? line : Blanks(hanging) + line, style));
            first = false;
        }
    }

    /// <summary>A paragraph behind a mark such as <c>-</c> or <c>1.</c>.</summary>
    internal void Item(string mark, string text, ReportStyle style = ReportStyle.Plain) =>
        Paragraph(mark + " " + PrintableText.Clean(text), style, mark.Length + 1);

    /// <summary>A part that lists texts; nothing when there are none.</summary>
    internal void List(string heading, IReadOnlyList<string> texts, ReportStyle style = ReportStyle.Plain)
    {
        Heading(heading);
        foreach (string text in texts)
        {
            Item("-", text, style);
        }

        EndPart();
    }

    /// <summary>The part that says what to do.</summary>
    internal void Steps(IReadOnlyList<NextStep> steps)
    {
        Heading("Next steps");
        for (int i = 0; i < steps.Count; i++)
        {
            string number = (i + 1).ToString(CultureInfo.InvariantCulture) + ".";
            Item(number, steps[i].Playbook is string playbook ? $"{steps[i].Text} (playbook {playbook})" : steps[i].Text);
        }

        EndPart();
    }

    /// <summary>Forgets a heading that got no text, and leaves a blank line.</summary>
    internal void EndPart()
    {
        _heading = null;
        Blank();
    }

    /// <summary>One line made of pieces, not wrapped.</summary>
    internal void Line(params ReportSpan[] spans)
    {
        var clean = new ReportSpan[spans.Length];
        for (int i = 0; i < clean.Length; i++)
        {
            clean[i] = new ReportSpan(PrintableText.Clean(spans[i].Text), spans[i].Style);
        }

        Add(clean);
    }

    private void Add(params ReportSpan[] spans)
    {
        string heading = _heading ?? string.Empty;
        string margin = heading + Blanks(Margin - heading.Length);
        _heading = null;
        _lines.Add([new ReportSpan(margin, ReportStyle.Heading), .. spans]);
    }

    private static string Blanks(int count) => ManyBlanks.Substring(0, Math.Min(Math.Max(count, 0), ManyBlanks.Length));

    private static IEnumerable<string> Wrap(string text, int width, int furtherWidth)
    {
        int start = 0;
        while (text.Length - start > width)
        {
            int end = text.LastIndexOf(' ', start + width, width);
            if (end <= start)
            {
                // One word longer than the line: a path. It keeps its length, so that it can be copied.
                end = text.IndexOf(' ', start + width);
                if (end < 0)
                {
                    break;
                }
            }

            yield return text.Substring(start, end - start);
            start = end + 1;
            width = furtherWidth;
        }

        yield return text.Substring(start);
    }
}
