using System.Diagnostics;
using System.Text.RegularExpressions;
using System.Xml.Linq;
using KernelFault.Hosts;
using KernelFault.Playbooks;
using KernelFault.Playbooks.Running;
using KernelFault.Reports;

namespace KernelFault.Tests.Reports;

public sealed class RunReportTests
{
    private const string Hostile = "<script>alert(1)</script>\u001b[2J\u202Eevil| [x](javascript:alert(1)) ![i](http://evil/i.png) http://evil/a www.evil.com `a``b` <http://evil> \" ' \n# heading\n- list &amp; a|b";

    private static readonly DateTime s_start = new(2026, 11, 21, 8, 15, 0, DateTimeKind.Utc);

    [Fact]
    public void The_page_tells_what_was_found_and_done_with_evidence_and_hashes()
    {
        string html = Html(Run(Host("srv1", RunStatus.Succeeded, "nouveau was taken out.")));

        Assert.Contains("Take a faulty module out", html, StringComparison.Ordinal);
        Assert.Contains("20261121-081500-k3f9qz", html, StringComparison.Ordinal);
        Assert.Contains("CN=Operations", html, StringComparison.Ordinal);
        Assert.Contains(new string('a', 64), html, StringComparison.Ordinal);
        Assert.Contains("nouveau was taken out.", html, StringComparison.Ordinal);
        Assert.Contains("modprobe -r nouveau → 0", html, StringComparison.Ordinal);
        Assert.Contains("srv1/collect/vmcore", html, StringComparison.Ordinal);
        Assert.Contains(new string('b', 64), html, StringComparison.Ordinal);
        Assert.Contains("6.1.0-18-amd64", html, StringComparison.Ordinal);
        Assert.Contains("6.1.0-19-amd64", html, StringComparison.Ordinal);
        Assert.Contains("The initramfs was not rebuilt.", html, StringComparison.Ordinal);
        Assert.Contains("2026-11-21 08:15:00 UTC", html, StringComparison.Ordinal);
    }

    [Fact]
    public void What_comes_with_the_library_is_told_from_what_nobody_signed()
    {
        RemediationRun run = Run(Host("srv1", RunStatus.Succeeded, "ok")) with { Signer = null };

        Assert.Contains("<tr><th>Signed by</th><td>nobody</td></tr>", Html(run), StringComparison.Ordinal);
        Assert.Contains("<tr><th>Signed by</th><td>nobody; it comes with KernelFault</td></tr>", Html(run with { IsBuiltIn = true }), StringComparison.Ordinal);
    }

    [Fact]
    public void What_was_not_known_before_and_after_is_not_called_the_same() =>
        Assert.DoesNotContain("the same", Html(Run(Host("srv1", RunStatus.Unreachable, "gone") with { Before = null, After = null })), StringComparison.Ordinal);

    [Fact]
    public void A_warning_of_a_step_stands_there_once_by_the_steps_title()
    {
        HostRun host = Host("srv1", RunStatus.Succeeded, "ok");
        StepRun step = host.Steps.Single(step => step.Warnings.Count > 0);
        string markdown = Markdown(Run(host with { Warnings = [$"{step.Id}: {step.Warnings[0]}", "Its clock is 10 min ahead."] }));

        Assert.Single(Regex.Matches(markdown, "The initramfs was not rebuilt"));
        Assert.Contains($"{step.Title}: The initramfs was not rebuilt", markdown, StringComparison.Ordinal);
        Assert.Contains("Its clock is 10 min ahead", markdown, StringComparison.Ordinal);
    }

    [Fact]
    public void The_page_is_well_formed_and_needs_nothing_from_elsewhere()
    {
        string html = Html(Run(Host("srv1", RunStatus.Failed, Hostile), Host(Hostile, RunStatus.Succeeded, "ok")));

        // What has no end tag in HTML gets one, and the rest has to be XML.
        string xml = Regex.Replace(html.Replace("<!doctype html>", string.Empty, StringComparison.Ordinal), "<(meta [^>]*|br)>", "<$1/>").Replace("<details open>", "<details open=\"\">", StringComparison.Ordinal);
        XElement root = XElement.Parse(xml);

        Assert.DoesNotContain(root.Descendants(), element => element.Name.LocalName is "script" or "a" or "img" or "link" or "iframe" or "form" or "object");
        Assert.DoesNotContain(root.Descendants().Attributes(), attribute => attribute.Name.LocalName is "src" or "href" or "style" || attribute.Name.LocalName.StartsWith("on", StringComparison.Ordinal));
        Assert.Contains("default-src 'none'", html, StringComparison.Ordinal);
        Assert.Contains("prefers-color-scheme:dark", html, StringComparison.Ordinal);
        Assert.Contains("@media print", html, StringComparison.Ordinal);
    }

    [Fact]
    public void Hostile_texts_stay_texts_in_html()
    {
        string html = Html(Run(Host(Hostile, RunStatus.Failed, Hostile, Hostile)) with { Title = Hostile, Warnings = [Hostile], Parameters = PlaybookValue.Map((Hostile, Hostile)) });

        Assert.DoesNotContain("<script", html, StringComparison.OrdinalIgnoreCase);
        Assert.DoesNotContain("\u202E", html, StringComparison.Ordinal);
        Assert.DoesNotContain("\u001b", html, StringComparison.Ordinal);
        Assert.Contains("&lt;script&gt;alert(1)&lt;/script&gt;\\u001b[2J\\u202eevil", html, StringComparison.Ordinal);
    }

    [Fact]
    public void Hostile_texts_stay_texts_in_markdown()
    {
        string markdown = Markdown(Run(Host(Hostile, RunStatus.Failed, Hostile, Hostile)) with { Title = Hostile, Warnings = [Hostile], Parameters = PlaybookValue.Map((Hostile, Hostile)) });

        Assert.DoesNotContain("\u202E", markdown, StringComparison.Ordinal);
        Assert.DoesNotContain("\u001b", markdown, StringComparison.Ordinal);
        Assert.DoesNotContain("\n# heading", markdown, StringComparison.Ordinal);

        // Outside of code nothing is left that would begin markup, a link or a cell.
        foreach (string line in markdown.Split('\n'))
        {
            string text = Regex.Replace(line, "(?<!\\\\)(`+)(?!`).*?(?<!`)\\1(?!`)", "code");
            Assert.DoesNotMatch(@"(?<!\\)[<\[]", text);
            Assert.DoesNotMatch(@"(?<!\\)://", text);
            Assert.DoesNotMatch(@"(?i)www(?<!\\)\.", text);
        }
    }

    [Fact]
    public void Every_row_of_a_table_has_the_cells_of_its_head()
    {
        string markdown = Markdown(Run(Host(Hostile, RunStatus.Failed, Hostile, Hostile)));
        int cells = 0;
        foreach (string line in markdown.Split('\n'))
        {
            int bars = Regex.Count(line, @"(?<!\\)\|");
            Assert.True(cells == 0 || !line.StartsWith('|') || bars == cells, line);
            cells = line.StartsWith('|') ? bars : 0;
        }
    }

    [Fact]
    public void A_thousand_machines_are_one_page_of_bounded_length()
    {
        HostRun[] hosts = [.. Enumerable.Range(0, 1000).Select(i => Host($"srv{i}", i % 10 == 9 ? RunStatus.Failed : RunStatus.Succeeded, "done", new string('x', 100_000)))];
        var clock = Stopwatch.StartNew();
        string html = Html(Run(hosts));
        string markdown = Markdown(Run(hosts));

        Assert.All([html, markdown], page =>
        {
            Assert.InRange(page.Length, 100_000, 5_000_000);
            Assert.Contains("srv999", page, StringComparison.Ordinal);
            Assert.Contains("the steps of 200 are shown", page, StringComparison.Ordinal);
            Assert.Contains("900 succeeded, 100 failed", page, StringComparison.Ordinal);
        });
        Assert.True(clock.ElapsedMilliseconds < 10_000, $"{clock.ElapsedMilliseconds} ms");
    }

    [Fact]
    public void To_find_out_whether_a_report_can_be_written_changes_no_file()
    {
        string folder = Directory.CreateTempSubdirectory("kf-report-").FullName;
        try
        {
            string page = Path.Combine(folder, "page.html");
            RunReport.Try(page);
            Assert.Empty(Directory.GetFiles(folder));

            File.WriteAllText(page + ".new", "somebody's");
            RunReport.Try(page);
            Assert.Equal("somebody's", File.ReadAllText(page + ".new"));

            File.WriteAllText(page, "before");
            DateTime written = File.GetLastWriteTimeUtc(page);
            RunReport.Try(page);
            Assert.Equal(("before", written, 2), (File.ReadAllText(page), File.GetLastWriteTimeUtc(page), Directory.GetFiles(folder).Length));
        }
        finally
        {
            Directory.Delete(folder, recursive: true);
        }
    }

    [Fact]
    public void To_write_a_report_touches_no_file_of_a_name_like_it()
    {
        string folder = Directory.CreateTempSubdirectory("kf-report-").FullName;
        try
        {
            string page = Path.Combine(folder, "page.html");
            File.WriteAllText(page + ".new", "somebody's");
            new RunReport().Write(Run(Host("srv1", RunStatus.Succeeded, "done")), page, "html");
            new RunReport().Write(Run(Host("srv1", RunStatus.Failed, "not done")), page, "html");

            Assert.Equal("somebody's", File.ReadAllText(page + ".new"));
            Assert.Contains("not done", File.ReadAllText(page), StringComparison.Ordinal);
            Assert.Equal(2, Directory.GetFiles(folder).Length);
        }
        finally
        {
            Directory.Delete(folder, recursive: true);
        }
    }

    [Fact]
    public void A_report_that_cannot_be_finished_leaves_the_one_before_and_nothing_else()
    {
        string folder = Directory.CreateTempSubdirectory("kf-report-").FullName;
        try
        {
            string page = Path.Combine(folder, "page.md");
            File.WriteAllText(page, "before");
            HostRun broken = Host("srv1", RunStatus.Succeeded, "done") with { Steps = null! };

            Assert.ThrowsAny<Exception>(() => new RunReport().Write(Run(broken), page, "markdown"));

            Assert.Equal("before", File.ReadAllText(page));
            Assert.Single(Directory.GetFiles(folder));
        }
        finally
        {
            Directory.Delete(folder, recursive: true);
        }
    }

    [Fact]
    public void A_page_is_written_for_one_machine_and_for_all()
    {
        string folder = Directory.CreateTempSubdirectory("kf-report").FullName;
        try
        {
            var report = new RunReport();
            report.Write(Host("srv1", RunStatus.Running, "under way"), Path.Combine(folder, "one.html"), "html");
            report.Write(Run(Host("srv1", RunStatus.Succeeded, "done")), Path.Combine(folder, "all.md"), "markdown");

            Assert.StartsWith("<!doctype html>", File.ReadAllText(Path.Combine(folder, "one.html")), StringComparison.Ordinal);
            Assert.StartsWith("# Take a faulty module out", File.ReadAllText(Path.Combine(folder, "all.md")), StringComparison.Ordinal);
            Assert.Equal(2, Directory.GetFiles(folder).Length);
            Assert.Throws<ArgumentException>(() => report.Write(Run(), Path.Combine(folder, "x"), "pdf"));
        }
        finally
        {
            Directory.Delete(folder, true);
        }
    }

    private static string Html(RemediationRun run)
    {
        using var writer = new StringWriter();
        RunReport.WriteHtml(writer, run);
        return writer.ToString();
    }

    private static string Markdown(RemediationRun run)
    {
        using var writer = new StringWriter();
        RunReport.WriteMarkdown(writer, run);
        return writer.ToString();
    }

    private static RemediationRun Run(params HostRun[] hosts) => new()
    {
        Id = "20261121-081500-k3f9qz",
        Playbook = "linux-module-oops",
        Title = "Take a faulty module out of a Linux machine",
        PlaybookHash = new string('a', 64),
        Signer = "CN=Operations",
        Status = RunStatus.Succeeded,
        StartTime = s_start,
        EndTime = s_start.AddMinutes(9),
        IsActive = false,
        Parameters = PlaybookValue.Map(("module", "nouveau")),
        Hosts = hosts,
        Folder = "/runs/1",
        Warnings = [],
    };

    private static HostRun Host(string name, RunStatus status, string summary, string? text = null) => new()
    {
        RunId = "20261121-081500-k3f9qz",
        Playbook = "linux-module-oops",
        Host = name,
        Status = status,
        Summary = summary,
        Steps =
        [
            new StepRun
            {
                Id = "blacklist",
                Item = null,
                Title = text ?? "Keep the module from being loaded",
                Why = text ?? "Nothing shall bring it back.",
                Action = "blacklist-module",
                Status = StepStatus.Done,
                Summary = text ?? "Blacklisted.",
                Changed = true,
                Attempts = 2,
                StartTime = s_start,
                Seconds = 1.25,
                Inputs = PlaybookValue.Map((text ?? "name", text ?? "nouveau")),
                Outputs = PlaybookValue.Map(("path", text ?? "/etc/modprobe.d/x.conf")),
                Plan = [text ?? "Write /etc/modprobe.d/x.conf"],
                Steps = [new HostStep { Text = text ?? "modprobe -r nouveau", StartTime = s_start, Seconds = 0.5, ExitCode = 0 }],
                Evidence = [new EvidenceFile(text ?? "srv1/collect/vmcore", 1234, new string('b', 64))],
                Warnings = [text ?? "The initramfs was not rebuilt."],
            },
        ],
        Changes = [text ?? "Write /etc/modprobe.d/x.conf"],
        StartTime = s_start,
        Seconds = 540,
        Before = Facts("6.1.0-18-amd64", text),
        After = Facts("6.1.0-19-amd64", text),
        Outputs = PlaybookValue.Map((text ?? "module", text ?? "nouveau")),
        Warnings = text is null ? [] : [text],
        Folder = null,
    };

    private static HostFacts Facts(string build, string? text) => new()
    {
        ComputerName = text ?? "srv1",
        Platform = HostPlatform.Linux,
        OperatingSystem = text ?? "Debian GNU/Linux 12 (bookworm)",
        Version = "12",
        Build = build,
        Architecture = "x64",
        IsElevated = true,
        PowerShellVersion = null,
        BootTime = s_start,
        PendingRestart = [],
    };
}
