using System.Globalization;
using KernelFault.Formats;
using KernelFault.Playbooks.Running;

namespace KernelFault.Reports;

/// <summary>A run as a page for a browser: one file, no script, nothing from elsewhere, which the page itself forbids.</summary>
internal sealed class RunReportHtml(TextWriter writer)
{
    private const string Style = """
        :root{color-scheme:light dark;--line:#8885;--soft:#8881;--good:#1a7f37;--bad:#cf222e;--care:#9a6700}
        @media(prefers-color-scheme:dark){:root{--good:#3fb950;--bad:#f85149;--care:#d29922}}
        body{font:15px/1.5 system-ui,sans-serif;max-width:70rem;margin:2rem auto;padding:0 1rem}
        h1{font-size:1.5rem}h2{font-size:1.2rem;margin-top:2rem;border-bottom:1px solid var(--line)}h3{font-size:1rem;margin-bottom:.3rem}
        table{border-collapse:collapse;width:100%;margin:.5rem 0}
        th,td{text-align:left;vertical-align:top;padding:.25rem .6rem .25rem 0;border-bottom:1px solid var(--line);overflow-wrap:anywhere}
        th{font-weight:600}code,pre{font:13px/1.45 ui-monospace,monospace;overflow-wrap:anywhere;white-space:pre-wrap}
        pre{background:var(--soft);padding:.5rem;margin:.3rem 0}summary{cursor:pointer}
        .good{color:var(--good)}.bad{color:var(--bad)}.care{color:var(--care)}.faint{opacity:.75}
        @media print{body{max-width:none;margin:0;font-size:11px}h2,tr,pre{break-inside:avoid}details:not([open])>*{display:block}}
        """;

    /// <summary>Writes the page.</summary>
    internal void Write(RemediationRun run)
    {
        writer.Write("<!doctype html>\n<html lang=\"en\">\n<head>\n<meta charset=\"utf-8\">\n");
        writer.Write("<meta http-equiv=\"Content-Security-Policy\" content=\"default-src 'none'; style-src 'unsafe-inline'\">\n");
        writer.Write("<meta name=\"viewport\" content=\"width=device-width\">\n<title>");
        Text($"{run.Title} - {run.Id}");
        writer.Write("</title>\n<style>\n" + Style + "\n</style>\n</head>\n<body>\n<h1>");
        Text(run.Title);
        writer.Write("</h1>\n");
        Pairs(RunWording.Head(run).Select(pair => (pair.Name, pair.Value)));
        List("Warnings", run.Warnings, "care");
        if (run.Parameters.Count > 0)
        {
            writer.Write("<h2>What it was given</h2>\n");
            Pairs(run.Parameters.Select(pair => (pair.Key, RunWording.Of(pair.Value))));
        }

        Machines(run);
        IReadOnlyList<HostRun> detailed = RunReport.Detailed(run);
        if (detailed.Count < run.Hosts.Count)
        {
            writer.Write(FormattableString.Invariant($"<p class=\"care\">Of {run.Hosts.Count} machines the steps of {detailed.Count} are shown, those that did not succeed first.</p>\n"));
        }

        foreach (HostRun host in detailed)
        {
            Machine(host, isOpen: detailed.Count <= 3 || host.Status is not (RunStatus.Succeeded or RunStatus.Planned));
        }

        writer.Write("</body>\n</html>\n");
    }

    private void Machines(RemediationRun run)
    {
        writer.Write("<h2>Machines</h2>\n<table>\n<tr><th>Machine</th><th>Status</th><th>What it came to</th><th>Changes</th><th>Time</th></tr>\n");
        foreach (HostRun host in run.Hosts.Take(RunReport.MaximumMachines))
        {
            writer.Write("<tr><td>");
            Text(host.Host);
            writer.Write($"</td><td class=\"{Class(host.Status)}\">{RunWording.Of(host.Status)}</td><td>");
            Text(host.Summary);
            writer.Write(FormattableString.Invariant($"</td><td>{host.Changes.Count}</td><td>{RunWording.Seconds(host.Seconds)}</td></tr>\n"));
        }

        writer.Write("</table>\n");
        More(run.Hosts.Count, RunReport.MaximumMachines);
    }

    private void Machine(HostRun host, bool isOpen)
    {
        writer.Write("<h2>");
        Text(host.Host);
        writer.Write($" <span class=\"{Class(host.Status)}\">{RunWording.Of(host.Status)}</span></h2>\n<p>");
        Text(host.Summary);
        writer.Write("</p>\n");
        if (host.Outputs.Count > 0)
        {
            writer.Write("<h3>What was found</h3>\n");
            Pairs(host.Outputs.Select(pair => (pair.Key, RunWording.Of(pair.Value))));
        }

        List("What was changed", host.Changes, null, isCode: true);
        List("Warnings", [.. RunWording.Warnings(host)], "care");
        writer.Write(isOpen ? "<details open>" : "<details>");
        writer.Write("<summary>Before and after, timeline, evidence</summary>\n");
        writer.Write("<h3>Before and after</h3>\n<table>\n<tr><th></th><th>Before</th><th>After</th></tr>\n");
        foreach ((string name, string before, string after) in RunWording.Facts(host))
        {
            writer.Write($"<tr><th>{name}</th><td>");
            Text(before);
            writer.Write("</td><td>");
            Text(after);
            writer.Write("</td></tr>\n");
        }

        writer.Write("</table>\n<h3>Timeline</h3>\n<table>\n<tr><th>Begun</th><th>Step</th><th>Status</th><th>What it came to</th><th>Time</th></tr>\n");
        foreach (StepRun step in host.Steps.Take(RunReport.MaximumEntries))
        {
            Step(step);
        }

        writer.Write("</table>\n");
        More(host.Steps.Count, RunReport.MaximumEntries);
        Evidence([.. RunWording.Evidence(host)]);
        writer.Write("</details>\n");
    }

    private void Step(StepRun step)
    {
        writer.Write($"<tr><td>{Wording.Of(step.StartTime)}</td><td>");
        Text(RunWording.Name(step));
        writer.Write("<br><code class=\"faint\">");
        Text(step.Action);
        writer.Write("</code>");
        if (step.Why is not null)
        {
            writer.Write("<br><span class=\"faint\">");
            Text(step.Why);
            writer.Write("</span>");
        }

        writer.Write($"</td><td class=\"{Class(step.Status)}\">{RunWording.Of(step.Status)}{(step.Changed ? "<br>changed" : string.Empty)}</td><td>");
        Text(step.Summary);
        Block("Planned", step.Plan);
        Block("Run", [.. step.Steps.Select(RunWording.Of)]);
        Block("Inputs", [.. step.Inputs.Select(pair => $"{pair.Key}: {RunWording.Of(pair.Value)}")]);
        Block("Outputs", [.. step.Outputs.Select(pair => $"{pair.Key}: {RunWording.Of(pair.Value)}")]);
        writer.Write($"</td><td>{RunWording.Seconds(step.Seconds)}{(step.Attempts > 1 ? FormattableString.Invariant($"<br>{step.Attempts} tries") : string.Empty)}</td></tr>\n");
    }

    private void Block(string title, IReadOnlyList<string> lines)
    {
        if (lines.Count == 0)
        {
            return;
        }

        writer.Write($"<details><summary class=\"faint\">{title}</summary><pre>");
        foreach (string line in lines.Take(RunReport.MaximumEntries))
        {
            Text(line);
            writer.Write('\n');
        }

        writer.Write("</pre>");
        More(lines.Count, RunReport.MaximumEntries);
        writer.Write("</details>");
    }

    private void Evidence(IReadOnlyList<EvidenceFile> files)
    {
        if (files.Count == 0)
        {
            return;
        }

        writer.Write("<h3>Evidence</h3>\n<table>\n<tr><th>File</th><th>Bytes</th><th>SHA-256</th></tr>\n");
        foreach (EvidenceFile file in files.Take(RunReport.MaximumEntries))
        {
            writer.Write("<tr><td><code>");
            Text(file.Path);
            writer.Write(string.Format(CultureInfo.InvariantCulture, "</code></td><td>{0}</td><td><code>", file.Length));
            Text(file.Hash);
            writer.Write("</code></td></tr>\n");
        }

        writer.Write("</table>\n");
        More(files.Count, RunReport.MaximumEntries);
    }

    private void Pairs(IEnumerable<(string Name, string Value)> pairs)
    {
        writer.Write("<table>\n");
        foreach ((string name, string value) in pairs.Take(RunReport.MaximumEntries))
        {
            writer.Write("<tr><th>");
            Text(name);
            writer.Write("</th><td>");
            Text(value);
            writer.Write("</td></tr>\n");
        }

        writer.Write("</table>\n");
    }

    private void List(string title, IReadOnlyList<string> texts, string? style, bool isCode = false)
    {
        if (texts.Count == 0)
        {
            return;
        }

        writer.Write($"<h3>{title}</h3>\n<ul{(style is null ? string.Empty : $" class=\"{style}\"")}>\n");
        foreach (string text in texts.Take(RunReport.MaximumEntries))
        {
            writer.Write(isCode ? "<li><code>" : "<li>");
            Text(text);
            writer.Write(isCode ? "</code></li>\n" : "</li>\n");
        }

        writer.Write("</ul>\n");
        More(texts.Count, RunReport.MaximumEntries);
    }

    private void More(int count, int shown)
    {
        if (count > shown)
        {
            writer.Write(FormattableString.Invariant($"<p class=\"care\">{count - shown} more are not shown; the journal of the run has them.</p>\n"));
        }
    }

    // The one place where a text of elsewhere gets into the page.
    private void Text(string text)
    {
        foreach (char c in PrintableText.Clean(text, RunReport.MaximumText))
        {
            switch (c)
            {
                case '&':
                    writer.Write("&amp;");
                    break;
                case '<':
                    writer.Write("&lt;");
                    break;
                case '>':
                    writer.Write("&gt;");
                    break;
                case '"':
                    writer.Write("&quot;");
                    break;
                case '\'':
                    writer.Write("&#39;");
                    break;
                default:
                    writer.Write(c);
                    break;
            }
        }
    }

    private static string Class(RunStatus status) => status switch
    {
        RunStatus.Succeeded => "good",
        RunStatus.Failed or RunStatus.RolledBack or RunStatus.Unreachable or RunStatus.Refused => "bad",
        RunStatus.Waiting or RunStatus.Planned => "faint",
        _ => "care",
    };

    private static string Class(StepStatus status) => status switch
    {
        StepStatus.Done => "good",
        StepStatus.Failed => "bad",
        StepStatus.Skipped or StepStatus.Planned => "faint",
        _ => "care",
    };
}
