using System.Globalization;
using System.Text;
using KernelFault.Formats;
using KernelFault.Playbooks.Running;

namespace KernelFault.Reports;

/// <summary>A run as a page of Markdown: CommonMark with the tables of GitHub. Texts of elsewhere become no markup and no links.</summary>
internal sealed class RunReportMarkdown(TextWriter writer)
{
    /// <summary>Writes the page.</summary>
    internal void Write(RemediationRun run)
    {
        Line($"# {Text(run.Title)}");
        Table(["", ""], RunWording.Head(run).Select(pair => new[] { pair.Name, Text(pair.Value) }));
        List("## Warnings", run.Warnings);
        if (run.Parameters.Count > 0)
        {
            Line("## What it was given");
            Table(["Name", "Value"], run.Parameters.Select(pair => new[] { Text(pair.Key), Code(RunWording.Of(pair.Value)) }));
        }

        Line("## Machines");
        Table(
            ["Machine", "Status", "What it came to", "Changes", "Time"],
            run.Hosts.Take(RunReport.MaximumMachines).Select(host => new[] { Text(host.Host), RunWording.Of(host.Status), Text(host.Summary), Number(host.Changes.Count), RunWording.Seconds(host.Seconds) }));
        More(run.Hosts.Count, RunReport.MaximumMachines);
        IReadOnlyList<HostRun> detailed = RunReport.Detailed(run);
        if (detailed.Count < run.Hosts.Count)
        {
            Line(FormattableString.Invariant($"Of {run.Hosts.Count} machines the steps of {detailed.Count} are shown, those that did not succeed first."));
        }

        foreach (HostRun host in detailed)
        {
            Machine(host);
        }
    }

    private void Machine(HostRun host)
    {
        Line($"## {Text(host.Host)}: {RunWording.Of(host.Status)}");
        Line(Paragraph(host.Summary));
        if (host.Outputs.Count > 0)
        {
            Line("### What was found");
            Table(["Name", "Value"], host.Outputs.Select(pair => new[] { Text(pair.Key), Code(RunWording.Of(pair.Value)) }));
        }

        List("### What was changed", host.Changes, isCode: true);
        List("### Warnings", [.. RunWording.Warnings(host)]);
        Line("### Before and after");
        Table(["", "Before", "After"], RunWording.Facts(host).Select(fact => new[] { fact.Name, Text(fact.Before), Text(fact.After) }));
        Line("### Timeline");
        Table(
            ["Begun", "Step", "Action", "Status", "What it came to", "Time"],
            host.Steps.Take(RunReport.MaximumEntries).Select(step => new[]
            {
                Wording.Of(step.StartTime), Text(RunWording.Name(step)), Code(step.Action), RunWording.Of(step.Status) + (step.Changed ? ", changed" : string.Empty), Text(step.Summary), RunWording.Seconds(step.Seconds),
            }));
        More(host.Steps.Count, RunReport.MaximumEntries);
        foreach (StepRun step in host.Steps.Take(RunReport.MaximumEntries).Where(step => step.Steps.Count > 0 || step.Plan.Count > 0))
        {
            Line($"#### {Text(RunWording.Name(step))}");
            if (step.Why is not null)
            {
                Line(Paragraph(step.Why));
            }

            List("Run:", [.. step.Steps.Select(RunWording.Of)], isCode: true);
            List("Planned:", step.Plan);
        }

        EvidenceFile[] evidence = [.. RunWording.Evidence(host)];
        if (evidence.Length > 0)
        {
            Line("### Evidence");
            Table(["File", "Bytes", "SHA-256"], evidence.Take(RunReport.MaximumEntries).Select(file => new[] { Code(file.Path), Number(file.Length), Code(file.Hash) }));
            More(evidence.Length, RunReport.MaximumEntries);
        }
    }

    private void Table(string[] heads, IEnumerable<string[]> rows)
    {
        Row(heads);
        Row([.. heads.Select(_ => "---")]);
        foreach (string[] row in rows)
        {
            Row(row);
        }

        writer.Write('\n');
    }

    private void Row(string[] cells)
    {
        writer.Write('|');
        foreach (string cell in cells)
        {
            writer.Write(" " + cell + " |");
        }

        writer.Write('\n');
    }

    private void List(string title, IReadOnlyList<string> texts, bool isCode = false)
    {
        if (texts.Count == 0)
        {
            return;
        }

        Line(title);
        foreach (string text in texts.Take(RunReport.MaximumEntries))
        {
            writer.Write("- " + (isCode ? Code(text) : Paragraph(text)) + "\n");
        }

        writer.Write('\n');
        More(texts.Count, RunReport.MaximumEntries);
    }

    private void More(int count, int shown)
    {
        if (count > shown)
        {
            Line(FormattableString.Invariant($"{count - shown} more are not shown; the journal of the run has them."));
        }
    }

    private void Line(string text) => writer.Write(text + "\n\n");

    private static string Number(long number) => number.ToString(CultureInfo.InvariantCulture);

    // At the beginning of a line a number, a dash or a plus would make a list, an equals sign a heading of the line before.
    private static string Paragraph(string text)
    {
        string escaped = Text(text.TrimStart());
        return escaped.Length > 0 && (char.IsDigit(escaped[0]) || escaped[0] is '-' or '+' or '=') ? "&#" + Number(escaped[0]) + ";" + escaped.Remove(0, 1) : escaped;
    }

    /// <summary>A text that is nothing but text, within a line or a cell.</summary>
    private static string Text(string text)
    {
        string clean = PrintableText.Clean(text, RunReport.MaximumText);
        var escaped = new StringBuilder(clean.Length + 16);
        for (int i = 0; i < clean.Length; i++)
        {
            char c = clean[i];

            // Addresses become links without any mark: those of the web by '://' and 'www.', those of mail by '@'.
            bool isAddress = (c == ':' && string.CompareOrdinal(clean, i, "://", 0, 3) == 0) || (c == '.' && i >= 3 && string.Compare(clean, i - 3, "www", 0, 3, StringComparison.OrdinalIgnoreCase) == 0);
            if (c is '\\' or '`' or '*' or '_' or '[' or ']' or '<' or '>' or '#' or '|' or '~' or '&' or '!' or '$' || isAddress)
            {
                escaped.Append('\\');
            }

            escaped.Append(c);
        }

        return escaped.Length == 0 ? " " : escaped.ToString();
    }

    /// <summary>A text as code: nothing in it means anything, but a bar, which would end a cell.</summary>
    private static string Code(string text)
    {
        string clean = PrintableText.Clean(text, RunReport.MaximumText);
        if (clean.Trim().Length == 0)
        {
            return " ";
        }

        // Within a table a bar has to be escaped even in code; outside of one the backslash would be seen, so such text is no code.
        if (clean.Any(c => c == '|'))
        {
            return Text(clean);
        }

        int longest = 0;
        int length = 0;
        foreach (char c in clean)
        {
            length = c == '`' ? length + 1 : 0;
            longest = Math.Max(longest, length);
        }

        string fence = new('`', longest + 1);
        return longest > 0 ? $"{fence} {clean} {fence}" : fence + clean + fence;
    }
}
