using System.Net;
using System.Security.Cryptography;
using KernelFault.Hosts;
using KernelFault.Playbooks.Catalog;
using KernelFault.Playbooks.Running;
using KernelFault.Reports;
using Xunit.Abstractions;

namespace KernelFault.Tests.Lab;

/// <summary>From a crash to a machine that runs without what crashed it, by the playbook that comes with the library: on a real kernel.</summary>
[Collection("Guest")]
public class GuestPlaybookTests(GuestCrash crash, ITestOutputHelper output)
{
    private const string Playbook = "linux-module-oops";
    private const string Title = "BUG: unable to handle kernel NULL pointer dereference in complete_request";
    private const string File = "/etc/modprobe.d/kernelfault-" + GuestCrash.Module + ".conf";

    // What the kernel itself tells: whether it is loaded, and whether this start loaded it.
    private const string Loaded = "grep -c ^" + GuestCrash.Module + " /proc/modules; dmesg | grep -c '" + GuestCrash.Module + ": ready'";

    // How many lines of the initramfs forbid it.
    private const string Forbidden = "cd /var/tmp && rm -rf image && unmkinitramfs /boot/initrd.img-$(uname -r) image && cat image/etc/modprobe.d/*.conf image/*/etc/modprobe.d/*.conf 2> /dev/null | grep -c -E '^(blacklist|install) "
        + GuestCrash.Module + "'; rm -rf image";

    [SkippableFact]
    public void A_module_that_crashes_the_machine_is_found_and_kept_out_and_let_in_again()
    {
        crash.Need();
        using (IHost host = Guest.Connect())
        {
            // The initramfs loads it, at each start: what it holds decides.
            Assert.Equal("1\n1", Guest.Shell(host, Loaded));
            Assert.Equal("0", Guest.Shell(host, Forbidden));
        }

        using var playbook = new GuestRun(PlaybookCatalog.Content(Playbook)!, Playbook + ".yaml", isBuiltIn: true, output);
        HostRun run = playbook.Run();

        Assert.Equal(RunStatus.Succeeded, run.Status);
        Assert.Equal((GuestCrash.Module, Title), ((string?)run.Outputs["module"], (string?)run.Outputs["crash"]));
        Assert.Equal((false, true), (Step(run, "gone").Outputs["loaded"], Step(run, "gone").Outputs["blacklisted"]));
        Assert.Equal((true, true, true), (Step(run, "state").Outputs["inInitramfs"], Step(run, "blacklist").Changed, Step(run, "blacklist").Outputs["initramfsRebuilt"]));
        Assert.True(run.After!.BootTime > run.Before!.BootTime);
        using (IHost host = Guest.Connect())
        {
            // The running machine itself, asked by nothing of ours.
            Assert.Equal("0\n0", Guest.Shell(host, Loaded));
            Assert.Equal("2", Guest.Shell(host, Forbidden));
            Assert.Equal("refused", Guest.Shell(host, $"modprobe {GuestCrash.Module} 2> /dev/null || echo refused"));
        }

        AssertEvidence(run, playbook);
        AssertReport(run, playbook);
        Undo(playbook);
    }

    private static StepRun Step(HostRun run, string id) => Assert.Single(run.Steps, step => step.Id == id);

    private static IEnumerable<EvidenceFile> Evidence(HostRun run) => run.Steps.SelectMany(step => step.Evidence);

    // What a person is handed is what was found: the dump is among it, the very one of the machine, and each file is the one whose hash is in the journal.
    private void AssertEvidence(HostRun run, GuestRun playbook)
    {
        EvidenceFile dump = Assert.Single(Evidence(run), file => Path.GetFileName(file.Path) == Path.GetFileName(crash.Dump));
        using (IHost host = Guest.Connect())
        {
            Assert.Equal(Guest.Shell(host, "sha256sum " + crash.Dump).Split(' ')[0], dump.Hash);
        }

        Assert.All(Evidence(run), file =>
        {
            using FileStream stream = System.IO.File.OpenRead(Path.Combine(playbook.Folder!, file.Path));
            Assert.Equal((file.Length, file.Hash), (stream.Length, Convert.ToHexStringLower(SHA256.HashData(stream))));
        });
        RemediationRun read = playbook.Journal;
        Assert.Equal((RunStatus.Succeeded, run.Steps.Count, false), (read.Status, Assert.Single(read.Hosts).Steps.Count, read.IsActive));
    }

    // The pages that the playbook leaves in the run's folder, and the one that is written when the run is over (-ReportPath).
    private static void AssertReport(HostRun run, GuestRun playbook)
    {
        StepRun[] written = [.. run.Steps.Where(step => step.Id == "report")];
        Assert.Equal(["report.html", "report.md"], written.Select(step => Path.GetFileName((string)step.Outputs["path"]!)));
        Assert.All(written, step => Assert.Equal(step.Outputs["hash"], Assert.Single(step.Evidence).Hash));
        string whole = Path.Combine(playbook.Folder!, "whole.md");
        new RunReport().Write(playbook.Journal, whole, "markdown");

        // A backslash is there only to keep what follows from being markup.
        (string Page, bool IsWhole)[] pages =
        [
            (WebUtility.HtmlDecode(System.IO.File.ReadAllText((string)written[0].Outputs["path"]!)), false),
            (System.IO.File.ReadAllText((string)written[1].Outputs["path"]!).Replace("\\", string.Empty), false),
            (System.IO.File.ReadAllText(whole).Replace("\\", string.Empty), true),
        ];
        Assert.StartsWith("<!doctype html>", pages[0].Page, StringComparison.Ordinal);
        Assert.All(pages, page =>
        {
            Assert.Contains(Title, page.Page);
            Assert.Contains($"{GuestCrash.Module} is blacklisted", page.Page);
            Assert.Contains("update-initramfs -u -k all", page.Page);
            Assert.Contains($"Write {File}", page.Page);
            Assert.All(run.Steps.TakeWhile(step => step.Id != "report"), step => Assert.Contains(step.Title, page.Page));
            Assert.All(run.Steps.TakeWhile(step => step.Id != "report").SelectMany(step => step.Evidence), file =>
            {
                Assert.Contains(file.Path, page.Page);
                Assert.Contains(file.Hash, page.Page);
            });
        });
        Assert.Contains($"| module | `{GuestCrash.Module}` |", pages[2].Page);
        Assert.Contains("| Status | Succeeded |", pages[2].Page);
    }

    private static void Undo(GuestRun playbook)
    {
        Assert.Equal(RunStatus.RolledBack, playbook.Undo().Status);
        using IHost host = Guest.Connect();
        Assert.Equal("0", Guest.Shell(host, Forbidden));
        Assert.Equal("0", Guest.Shell(host, $"modprobe -c | grep -c {GuestCrash.Module}"));
        Assert.Equal("1", Guest.Shell(host, $"modprobe {GuestCrash.Module} && grep -c ^{GuestCrash.Module} /proc/modules"));
    }
}
