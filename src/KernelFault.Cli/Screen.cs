using System.Text;
using KernelFault.Formats;
using KernelFault.Reports;
using Spectre.Console;

namespace KernelFault.Cli;

/// <summary>Where output goes: coloured on a terminal, plain text anywhere else.</summary>
internal static class Screen
{
    // Wide enough that no cell is broken when a program reads the table.
    private const int RedirectedWidth = 400;

    /// <summary>True when a person watches and has not asked for plain text (https://no-color.org).</summary>
    internal static bool IsStyled { get; } = !Console.IsOutputRedirected
        && string.IsNullOrEmpty(Environment.GetEnvironmentVariable("NO_COLOR"))
        && Environment.GetEnvironmentVariable("TERM") != "dumb";

    private static int Width
    {
        get
        {
            try
            {
                return Console.IsOutputRedirected ? ReportPage.MaximumWidth : Console.WindowWidth - 1;
            }
            catch (IOException)
            {
                return ReportPage.MaximumWidth;
            }
        }
    }

    /// <summary>Writes text as it is, in UTF-8.</summary>
    internal static void Write(StringBuilder text)
    {
        if (OperatingSystem.IsWindows() && !Console.IsOutputRedirected)
        {
            Console.OutputEncoding = Encoding.UTF8;
        }

        using Stream output = Console.OpenStandardOutput();
        using var writer = new StreamWriter(output, new UTF8Encoding(encoderShouldEmitUTF8Identifier: false), bufferSize: 32 * 1024);
        foreach (ReadOnlyMemory<char> chunk in text.GetChunks())
        {
            writer.Write(chunk.Span);
        }
    }

    /// <summary>Writes a page.</summary>
    internal static void Write(Func<int, ReportPage> layout)
    {
        ReportPage page = layout(Width);
        if (!IsStyled)
        {
            Write(new StringBuilder(page.ToString()).AppendLine().AppendLine());
            return;
        }

        WriteStyled(page);
    }

    /// <summary>Writes a table.</summary>
    /// <param name="columns">Headings; one that starts with <c>&gt;</c> is aligned right.</param>
    /// <param name="rows">Cells; made safe to show here.</param>
    internal static void WriteTable(string[] columns, IEnumerable<string?[]> rows)
    {
        IAnsiConsole console = AnsiConsole.Create(new AnsiConsoleSettings
        {
            Ansi = IsStyled ? AnsiSupport.Detect : AnsiSupport.No,
            ColorSystem = IsStyled ? ColorSystemSupport.Detect : ColorSystemSupport.NoColors,
        });
        if (Console.IsOutputRedirected)
        {
            console.Profile.Width = RedirectedWidth;
        }

        var table = new Table { Border = TableBorder.None, ShowHeaders = true };
        foreach (string column in columns)
        {
            bool right = column.StartsWith('>');
            var heading = new TableColumn(new Text(right ? column[1..] : column, new Style(decoration: Decoration.Bold)));
            table.AddColumn(right ? heading.RightAligned().NoWrap() : heading.NoWrap());
        }

        foreach (string?[] row in rows)
        {
            table.AddRow(row.Select(cell => new Text(PrintableText.Clean(cell))));
        }

        console.Write(table);
    }

    /// <summary>Writes a message to the error stream.</summary>
    internal static void Complain(string message) => Console.Error.WriteLine($"kernelfault: {PrintableText.Clean(message)}");

    private static void WriteStyled(ReportPage page)
    {
        foreach (IReadOnlyList<ReportSpan> line in page.Lines)
        {
            var text = new Paragraph();
            foreach (ReportSpan span in line)
            {
                text.Append(span.Text, span.Style switch
                {
                    ReportStyle.Title => new Style(decoration: Decoration.Bold | Decoration.Underline),
                    ReportStyle.Heading => new Style(Color.Aqua),
                    ReportStyle.Strong => new Style(decoration: Decoration.Bold),
                    ReportStyle.Faint => new Style(Color.Grey),
                    ReportStyle.Caution => new Style(Color.Yellow),
                    _ => Style.Plain,
                });
            }

            AnsiConsole.Write(text);
            AnsiConsole.WriteLine();
        }

        AnsiConsole.WriteLine();
    }
}
