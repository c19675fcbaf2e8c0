using KernelFault.Analysis;
using KernelFault.Health;
using KernelFault.Hosts;
using KernelFault.Verification;
using Xunit.Abstractions;

namespace KernelFault.Tests.Lab;

/// <summary>A machine set up to catch a fault, the fault, and what is left of it: on a real kernel, with a real crash kernel.</summary>
[Collection("Guest")]
public class GuestCrashTests(GuestCrash crash, ITestOutputHelper output)
{
    [SkippableFact]
    public void What_was_set_is_in_force_at_the_crash_and_after_it_and_is_taken_back_exactly()
    {
        crash.Need();
        Assert.Equal("1", Assert.Single(crash.Live.Options).Value);
        Assert.Equal((true, null, "FZP"), (crash.Boot.NeedsRestart, crash.Boot.Options[0].Value, crash.Boot.Options[0].NextBootValue));
        output.WriteLine(string.Join("; ", crash.Capture.Steps.Select(step => step.Text)));
        Assert.Equal((30, 1, true), (crash.Capture.After.Linux!.PanicTimeout!.Value, crash.Capture.After.Linux.SysRq!.Value, crash.Capture.After.LeavesDump!.Value));
        Assert.DoesNotContain(crash.Capture.After.Findings, finding => finding.Severity > CaptureSeverity.Note);

        using IHost host = Guest.Connect();
        Assert.Empty(KernelDebugOptionChange.Set(["slub_debug"], "FZP", KernelDebugOptionScope.NowAndNextBoot).Plan(host, default).Steps);
        AssertCollected(host);

        KernelDebugOption after = KernelDebugOptionReader.Read(host, default).Single(option => option.Name == "slub_debug");
        Assert.Equal("FZP", after.Value);
        Assert.Contains("slub_debug=FZP", Guest.Shell(host, "cat /proc/cmdline"));

        Assert.Equal("30", Guest.Shell(host, "cat /proc/sys/kernel/panic"));
        Guest.Execute(host, new CrashCaptureChange(new CrashCaptureOptions { Restore = true }));
        Assert.Equal(("0", "438"), (Guest.Shell(host, "cat /proc/sys/kernel/panic"), Guest.Shell(host, "cat /proc/sys/kernel/sysrq")));
        Guest.Execute(host, KernelDebugOptionChange.Restore([]));
        Assert.Equal(crash.GrubBefore, host.HashFile(GuestCrash.Grub, default));
        Assert.Empty(KernelDebugOptionChange.Restore([]).Plan(host, default).Steps);
        Assert.All(KernelDebugOptionReader.Read(host, default), option => Assert.Null(option.PreviousValue));
        Assert.Equal("0", KernelDebugOptionReader.Read(host, default).Single(option => option.Name == "panic_on_oops").Value);
    }

    // Each file is the one that is there, and nothing there is changed by it.
    private void AssertCollected(IHost host)
    {
        string folder = Directory.CreateTempSubdirectory("kf-test-").FullName;
        try
        {
            var collection = new CrashDumpCollection(folder, [], null);
            IReadOnlyList<SavedCrashFile> saved = Guest.Execute(host, collection);
            output.WriteLine(string.Join("; ", saved.Select(file => $"{file.Kind} {file.SourcePath} {file.Length}")));
            Assert.All(saved, file => Assert.Equal((SavedCrashStatus.Saved, null), (file.Status, file.Error)));
            Assert.Contains(saved, file => file.Kind == CrashFileKind.KernelLog && File.ReadAllText(file.Path!).Contains(GuestCrash.Module));
            SavedCrashFile vmcore = Assert.Single(saved, file => file.Kind == CrashFileKind.Vmcore);
            Assert.Equal((crash.Dump, Guest.Shell(host, $"sha256sum {crash.Dump}").Split(' ')[0]), (vmcore.SourcePath, vmcore.Sha256));
            Assert.Empty(collection.Plan(host, default).Steps);
            Assert.Equal(crash.Dump, Guest.Shell(host, "ls /var/crash/*/dump.*"));

            using var analyzer = new KernelFaultAnalyzer();
            KernelFaultAnalysis analysis = analyzer.Analyze(vmcore.Path!);
            output.WriteLine($"{analysis.Title}; {analysis.BucketId}; {analysis.Culprit?.Module}; {vmcore.Length} bytes");
            Assert.Equal(FaultClass.NullDereference, analysis.FaultClass);
            Assert.Equal(GuestCrash.Module, analysis.Culprit?.Module);
            Assert.Equal("linux-module-oops", analysis.NextSteps[0].Playbook);
        }
        finally
        {
            Directory.Delete(folder, recursive: true);
        }
    }
}
