using KernelFault.Formats.Registry;
using KernelFault.Hosts;
using KernelFault.Tests.Builders;
using KernelFault.Tests.Formats.Registry;
using KernelFault.Tests.Hosts;
using KernelFault.Verification;

namespace KernelFault.Tests.Verification;

public sealed class DriverVerifierChangeTests
{
    private const string Off = "off-english-built";
    private static readonly IProgress<HostProgress> s_progress = new Progress<HostProgress>();

    [Theory]
    [InlineData("contosonet")]
    [InlineData("CONTOSONET.SYS")]
    public void A_driver_is_set_with_standard_flags_and_a_boot_mode_that_resets_itself(string name)
    {
        using RecordedHost host = Recordings.Host(Off);
        HostPlan<DriverVerifierChange> plan = Enable(name).Plan(host, CancellationToken.None);

        Assert.Equal(["Run 'verifier.exe /flags 0x209BB /driver contosonet.sys'", "Run 'verifier.exe /bootmode resetonbootfail'"], plan.Steps);
        Assert.Empty(plan.Guards);
        Assert.Contains(plan.Warnings, warning => warning.Contains("Safe Mode", StringComparison.Ordinal));
        Assert.Contains(plan.Warnings, warning => warning.Contains("Disable-DriverVerifier -WindowsDirectory", StringComparison.Ordinal));
        Assert.DoesNotContain(host.Calls, call => call.Action is "Run" or "WriteFile");

        DriverVerifierChange done = plan.Execute(s_progress, false, CancellationToken.None);

        Assert.Equal((true, true, 0x209BBL, DriverVerifierBootMode.ResetOnBootFail), (done.IsChanged, done.NeedsRestart, done.Level, done.BootMode));
        Assert.Equal(["contosonet.sys"], done.Drivers);
        Assert.Equal([2, 0], done.Steps.Select(step => step.ExitCode));
        Assert.Equal(2, host.Calls.Count(call => call.Action == "Run"));
    }

    [Theory]
    [InlineData("*", "AllDrivers", false)]
    [InlineData("/all", "AllDrivers", false)]
    [InlineData("conto*", "AllDrivers", false)]
    [InlineData("/reset", "DriverName", false)]
    [InlineData("a.sys /all", "DriverName", false)]
    [InlineData(@"..\x.sys", "DriverName", false)]
    [InlineData("", "DriverName", false)]
    [InlineData("northwind", "DriverName", false)]
    [InlineData("gone.sys", "DriverNotFound", false)]
    [InlineData("Spooler", "DriverNotFound", false)]
    [InlineData("disk", "MicrosoftDriver", false)]
    [InlineData("ntoskrnl.exe", "MicrosoftDriver", false)]
    [InlineData("litware", "BootCriticalDriver", true)]
    [InlineData("tailspin", "BootCriticalDriver", true)]
    public void A_driver_that_must_not_be_verified_is_refused_with_the_reason(string name, string id, bool canForce)
    {
        using RecordedHost host = Recordings.Host(Off);

        HostPlan<DriverVerifierChange> plan = Enable(name).Plan(host, CancellationToken.None);

        HostGuard guard = Assert.Single(plan.Guards);
        Assert.Equal((id, canForce), (guard.Id, guard.CanForce));
        Assert.Equal(canForce, Record.Exception(() => plan.Verify(force: true)) is null);
        Assert.Throws<HostGuardException>(() => plan.Execute(s_progress, false, CancellationToken.None));
        Assert.DoesNotContain(host.Calls, call => call.Action is "Run" or "WriteFile");
    }

    [Theory]
    [InlineData("ntoskrnl.exe")]
    [InlineData("hal.dll")]
    [InlineData("win32kfull.sys")]
    [InlineData("ci.dll")]
    [InlineData("cng.sys")]
    [InlineData("fltMgr.sys")]
    [InlineData("NDIS")]
    [InlineData("tcpip.sys")]
    [InlineData("storport.sys")]
    public void Windows_own_core_is_never_verified(string name) => Assert.True(DriverVerifierData.IsCore(name));

    [Fact]
    public void What_the_inventory_knows_of_a_driver_counts()
    {
        using RecordedHost host = Recordings.Host(Off);

        Assert.Equal("MicrosoftDriver", Assert.Single(Enable(new DriverVerifierTarget("contosonet") { IsMicrosoft = true }).Plan(host, CancellationToken.None).Guards).Id);
        Assert.Equal("BootCriticalDriver", Assert.Single(Enable(new DriverVerifierTarget("contosonet") { Class = "SCSIAdapter" }).Plan(host, CancellationToken.None).Guards).Id);
        Assert.Equal("NoDriver", Assert.Single(new EnableDriverVerifier(_ => [], 1).Plan(host, CancellationToken.None).Guards).Id);
        Assert.Contains("/driver fabfs64.sys'", Enable(new DriverVerifierTarget("FabrikamFs") { IsMicrosoft = false }).Plan(host, CancellationToken.None).Steps[0], StringComparison.Ordinal);
    }

    [Fact]
    public void A_machine_that_would_leave_no_dump_or_could_not_be_brought_back_is_refused_without_force()
    {
        using RecordedHost noDump = Recordings.Host(Off, "registry-read", json => json.Replace("\"CrashDumpEnabled\", \"type\": 4, \"data\": 7", "\"CrashDumpEnabled\", \"type\": 4, \"data\": 0", StringComparison.Ordinal));
        HostRecording recording = Recordings.Load(Off);
        using var noWay = new RecordedHost("PC1", recording with
        {
            Files = [new RecordedFile(recording.Files[0].Path, "<WindowsRE><InstallState state=\"0\"/></WindowsRE>"u8.ToArray())],
            Scripts = [.. recording.Scripts.Select(s => s.Name == "restore-points" ? new RecordedScript(s.Name, "{\"count\":0}") : s)],
        });
        using var unknown = new RecordedHost("PC1", recording with { Files = [], Scripts = [.. recording.Scripts.Select(s => s.Name == "restore-points" ? new RecordedScript(s.Name, "[]") : s)] });

        HostGuard dump = Assert.Single(Enable("contosonet").Plan(noDump, CancellationToken.None).Guards);
        HostGuard way = Assert.Single(Enable("contosonet").Plan(noWay, CancellationToken.None).Guards);
        HostPlan<DriverVerifierChange> open = Enable("contosonet").Plan(unknown, CancellationToken.None);

        Assert.Equal(("NoCrashDump", true), (dump.Id, dump.CanForce));
        Assert.Equal(("NoRecoveryPath", true), (way.Id, way.CanForce));
        Assert.Empty(open.Guards);
        Assert.Contains(open.Warnings, warning => warning.Contains("recovery environment cannot be told", StringComparison.Ordinal));
    }

    [Fact]
    public void Nothing_is_done_where_all_is_set_so_already()
    {
        using RecordedHost host = Recordings.Host("on-english-built");

        HostPlan<DriverVerifierChange> plan = Enable("FabrikamFs", "contosonet").Plan(host, CancellationToken.None);
        DriverVerifierChange done = plan.Execute(s_progress, false, CancellationToken.None);

        Assert.Empty(plan.Steps);
        Assert.Equal((false, false), (done.IsChanged, done.NeedsRestart));
        Assert.DoesNotContain(host.Calls, call => call.Action == "Run");
        Assert.Contains(Enable("contosonet").Plan(host, CancellationToken.None).Warnings, warning => warning.Contains("fabfs64.sys", StringComparison.Ordinal));
    }

    [Fact]
    public void A_boot_mode_that_is_refused_takes_the_settings_away_again()
    {
        HostRecording recording = Recordings.Load(Off);
        using var host = new RecordedHost("PC1", recording with
        {
            Programs = [.. recording.Programs.Select(p => p.Arguments.Contains("/bootmode") ? new RecordedProgram(p.Program, [.. p.Arguments]) { ExitCode = 1, Output = "bad"u8.ToArray() } : p)],
        });

        HostException failed = Assert.Throws<HostException>(() => Enable("contosonet").Plan(host, CancellationToken.None).Execute(s_progress, false, CancellationToken.None));

        Assert.Contains("/bootmode resetonbootfail' ended with 1: bad", failed.Message, StringComparison.Ordinal);
        Assert.Equal(["/reset"], host.Calls[^1].Arguments);
    }

    [Fact]
    public void Volatile_settings_touch_nothing_on_disk_and_say_which_flags_come_too_late()
    {
        using RecordedHost host = Recordings.Host(Off);
        HostPlan<DriverVerifierChange> now = new EnableDriverVerifier(_ => [new("contosonet")], 0x3) { IsVolatile = true }.Plan(host, CancellationToken.None);
        HostPlan<DriverVerifierChange> late = new EnableDriverVerifier(_ => [new("contosonet")], 0x9) { IsVolatile = true }.Plan(host, CancellationToken.None);

        Assert.Equal(["Run 'verifier.exe /volatile /flags 0x3'", "Run 'verifier.exe /volatile /adddriver contosonet.sys'"], now.Steps);
        Assert.Empty(now.Guards);
        Assert.Contains("PoolTracking", Assert.Single(late.Guards).Text, StringComparison.Ordinal);
    }

    [Fact]
    public void Verification_is_taken_away_on_disk_or_of_what_runs()
    {
        using RecordedHost on = Recordings.Host("on-english-built");
        using RecordedHost off = Recordings.Host(Off);

        Assert.Equal(["Run 'verifier.exe /reset'"], new DisableDriverVerifier().Plan(on, CancellationToken.None).Steps);
        Assert.Equal(["Run 'verifier.exe /volatile /removedriver contosonet.sys fabfs64.sys'"], new DisableDriverVerifier { IsVolatile = true }.Plan(on, CancellationToken.None).Steps);
        Assert.True(new DisableDriverVerifier().Plan(on, CancellationToken.None).Execute(s_progress, false, CancellationToken.None) is { NeedsRestart: true, IsChanged: true });
        Assert.Empty(new DisableDriverVerifier().Plan(off, CancellationToken.None).Steps);
        Assert.Empty(new DisableDriverVerifier { IsVolatile = true }.Plan(off, CancellationToken.None).Steps);
        Assert.False(new DisableDriverVerifier().Plan(off, CancellationToken.None).Execute(s_progress, false, CancellationToken.None).IsChanged);
    }

    [SkippableFact]
    public void A_real_hive_is_set_free_and_hivex_reads_it()
    {
        ExternalProgram.Require("hivexregedit");
        using TemporaryFile real = HiveAgainstHivexTests.Unpacked("corpus/hives/SYSTEM_WIN_10_1709.xz");
        var editor = new HiveEditor(OfflineWindows.Clean(File.ReadAllBytes(real.Path)), "SYSTEM", DateTimeOffset.UtcNow);
        const string Key = @"ControlSet001\Control\Session Manager\Memory Management";
        editor.Set(Key, "VerifyDrivers", RegistryData.String("contoso.sys"));
        editor.Set(Key, "VerifyDriverLevel", RegistryData.DWord(0x209BB));
        editor.Set(Key, "VerifierOptions", RegistryData.DWord(0x1018));
        using var windows = new OfflineWindows(editor.ToArray());
        using var host = new OfflineWindowsHost(windows.Folder);

        HostPlan<DriverVerifierChange> plan = new DisableDriverVerifier().Plan(host, CancellationToken.None);
        Assert.Empty(plan.Guards);
        Assert.Equal("Keep a copy of the hive SYSTEM", plan.Steps[0]);
        DriverVerifierChange done = plan.Execute(s_progress, false, CancellationToken.None);

        string exported = ExternalProgram.Run(".", "hivexregedit", "--export", "--prefix", "HIVE", windows.System, @"\" + Key);
        Assert.True(done.IsChanged);
        Assert.DoesNotContain("VerifyDriver", exported, StringComparison.Ordinal);
        Assert.Contains("\"VerifierOptions\"=dword:00001000", exported, StringComparison.Ordinal);
        Assert.Empty(new DisableDriverVerifier().Plan(host, CancellationToken.None).Steps);
        Assert.Single(Directory.GetFiles(windows.Config, "*.bak"));
    }

    [Fact]
    public void An_offline_Windows_is_only_switched_off_and_not_while_an_old_log_holds_changes()
    {
        byte[] hive = HostRegistryTests.VerifiedHive();
        using var windows = new OfflineWindows(hive);
        using var host = new OfflineWindowsHost(windows.Folder);

        Assert.Equal("NotRunning", Assert.Single(Enable("contoso").Plan(host, CancellationToken.None).Guards).Id);
        Assert.Equal("NotRunning", Assert.Single(new DisableDriverVerifier { IsVolatile = true }.Plan(host, CancellationToken.None).Guards).Id);

        // A log in the form of older Windows, which is not applied.
        hive[4]++;
        File.WriteAllBytes(windows.System, hive);
        byte[] log = new byte[1024];
        hive.AsSpan(0, 512).CopyTo(log);
        log[28] = 1;
        File.WriteAllBytes(windows.System + ".LOG1", log);
        Assert.Contains("reg load", Assert.Throws<HostException>(() => new DisableDriverVerifier().Plan(host, CancellationToken.None)).Message, StringComparison.Ordinal);
    }

    private static EnableDriverVerifier Enable(params string[] names) => Enable([.. names.Select(name => new DriverVerifierTarget(name))]);

    private static EnableDriverVerifier Enable(params DriverVerifierTarget[] targets) => new(_ => targets, 0x209BB);
}
