using KernelFault.Reports;

namespace KernelFault.Tests.Reports;

public class ReportPageTests
{
    [Fact]
    public void WrapsAtWordsAndIndentsWhatFollowsAMark()
    {
        var page = new ReportPage(60);
        page.Heading("Reasons");
        page.Item("-", "one two three four five six seven eight nine ten eleven");

        Assert.Equal(
            """
            Reasons        - one two three four five six seven eight
                             nine ten eleven
            """.ReplaceLineEndings(),
            page.ToString());
    }

    [Fact]
    public void KeepsALongWordWhole()
    {
        string path = "/" + new string('x', 100);
        var page = new ReportPage(60);
        page.Paragraph("see " + path + " there");

        Assert.Contains(path, page.ToString(), StringComparison.Ordinal);
    }

    [Fact]
    public void LetsNoControlCharacterThrough()
    {
        var page = new ReportPage(80);
        page.Title("a\u001b[31mb");
        page.Line(new ReportSpan("c\u009b2Jd\r\n", ReportStyle.Plain));
        page.Item("-", "e\u0007f\u202eg");

        Assert.DoesNotContain(page.ToString().ReplaceLineEndings(string.Empty), c => char.IsControl(c) || c == '\u202e');
    }

    [Fact]
    public void ForgetsTheHeadingOfAnEmptyPart()
    {
        var page = new ReportPage(80);
        page.List("Causes", []);
        page.Paragraph("next");

        Assert.DoesNotContain("Causes", page.ToString(), StringComparison.Ordinal);
    }

    [Fact]
    public void WarmsUpWithoutAnError() => Assert.Null(Record.Exception(WarmUp.Run));
}
