using KernelFault.Analysis;
using KernelFault.Health;
using KernelFault.Hosts;
using KernelFault.Verification;
using Xunit.Abstractions;

namespace KernelFault.Tests.Lab;

/// <summary>A machine set up to catch a fault, the fault, and what is left of it: on a real kernel, with a real crash kernel.</summary>
[Collection("Guest")]
public class GuestCrashTests(ITestOutputHelper output)
{
    private const string Grub = "/boot/grub/grub.cfg";

    [SkippableFact]
    public void What_was_set_is_in_force_at_the_crash_and_after_it_and_is_taken_back_exactly()
    {
        using IHost host = Guest.Connect();
        // As a machine that nobody has set up: kdump-tools would panic on an oops already.
        Guest.Shell(host, "echo 0 > /proc/sys/kernel/panic_on_oops; update-grub; rm -rf /var/crash/*");
        string grub = host.HashFile(Grub, default);

        KernelDebugOptionResult set = Execute(host, KernelDebugOptionChange.Set(["panic_on_oops"], "1", KernelDebugOptionScope.NowAndNextBoot));
        Assert.Equal("1", Assert.Single(set.Options).Value);
        KernelDebugOptionResult boot = Execute(host, KernelDebugOptionChange.Set(["slub_debug"], "FZP", KernelDebugOptionScope.NowAndNextBoot));
        Assert.Equal((true, null, "FZP"), (boot.NeedsRestart, boot.Options[0].Value, boot.Options[0].NextBootValue));
        Assert.Empty(KernelDebugOptionChange.Set(["slub_debug"], "FZP", KernelDebugOptionScope.NowAndNextBoot).Plan(host, default).Steps);

        CrashCaptureResult capture = Execute(host, new CrashCaptureChange(new CrashCaptureOptions { PanicTimeout = 30, SysRq = 1, Service = true }));
        output.WriteLine(string.Join("; ", capture.Steps.Select(step => step.Text)));
        Assert.Equal((30, 1, true), (capture.After.Linux!.PanicTimeout!.Value, capture.After.Linux.SysRq!.Value, capture.After.LeavesDump!.Value));
        Assert.DoesNotContain(capture.After.Findings, finding => finding.Severity > CaptureSeverity.Note);
        Assert.Equal("30", Guest.Shell(host, "cat /proc/sys/kernel/panic"));

        string dump = Crash(host);
        using IHost back = Guest.Connect();
        string folder = Directory.CreateTempSubdirectory("kf-test-").FullName;
        try
        {
            var collection = new CrashDumpCollection(folder, [], null);
            IReadOnlyList<SavedCrashFile> saved = Execute(back, collection);
            output.WriteLine(string.Join("; ", saved.Select(file => $"{file.Kind} {file.SourcePath} {file.Length}")));
            Assert.All(saved, file => Assert.Equal((SavedCrashStatus.Saved, null), (file.Status, file.Error)));
            Assert.Contains(saved, file => file.Kind == CrashFileKind.KernelLog && File.ReadAllText(file.Path!).Contains("kf_faults"));
            SavedCrashFile vmcore = Assert.Single(saved, file => file.Kind == CrashFileKind.Vmcore);
            Assert.Equal((dump, Guest.Shell(back, $"sha256sum {dump}").Split(' ')[0]), (vmcore.SourcePath, vmcore.Sha256));
            Assert.Empty(collection.Plan(back, default).Steps);
            Assert.Equal(dump, Guest.Shell(back, "ls /var/crash/*/dump.*"));

            using var analyzer = new KernelFaultAnalyzer();
            KernelFaultAnalysis analysis = analyzer.Analyze(vmcore.Path!);
            output.WriteLine($"{analysis.Title}; {analysis.BucketId}; {analysis.Culprit?.Module}; {vmcore.Length} bytes");
            Assert.Equal(FaultClass.NullDereference, analysis.FaultClass);
            Assert.Equal("kf_faults", analysis.Culprit?.Module);
        }
        finally
        {
            Directory.Delete(folder, recursive: true);
        }

        KernelDebugOption after = KernelDebugOptionReader.Read(back, default).Single(option => option.Name == "slub_debug");
        Assert.Equal("FZP", after.Value);
        Assert.Contains("slub_debug=FZP", Guest.Shell(back, "cat /proc/cmdline"));

        Assert.Equal("30", Guest.Shell(back, "cat /proc/sys/kernel/panic"));
        Execute(back, new CrashCaptureChange(new CrashCaptureOptions { Restore = true }));
        Assert.Equal(("0", "438"), (Guest.Shell(back, "cat /proc/sys/kernel/panic"), Guest.Shell(back, "cat /proc/sys/kernel/sysrq")));
        Execute(back, KernelDebugOptionChange.Restore([]));
        Assert.Equal(grub, back.HashFile(Grub, default));
        Assert.Empty(KernelDebugOptionChange.Restore([]).Plan(back, default).Steps);
        Assert.All(KernelDebugOptionReader.Read(back, default), option => Assert.Null(option.PreviousValue));
        Assert.Equal("0", KernelDebugOptionReader.Read(back, default).Single(option => option.Name == "panic_on_oops").Value);
    }

    // The crash kernel writes the dump and restarts the machine.
    private static string Crash(IHost host)
    {
        string fault = Guest.Shell(host, "sync; [ -e /root/kf_faults.ko ] && echo 'insmod /root/kf_faults.ko fault=null_deref'");
        Skip.If(fault.Length == 0, "the faulty module was not built for the guest's kernel");
        Guest.CrashBy(host, fault);
        using IHost again = Guest.Connect();
        string dump = Guest.Shell(again, "ls /var/crash/*/dump.*");
        Assert.EndsWith(dump.Split('/')[^2], dump, StringComparison.Ordinal);
        return dump;
    }

    private static TResult Execute<TResult>(IHost host, IHostChange<TResult> change)
    {
        HostPlan<TResult> plan = change.Plan(host, default);
        Assert.Empty(plan.Guards);
        return plan.Execute(new Progress<HostProgress>(), force: false, default);
    }
}
