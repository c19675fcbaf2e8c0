using KernelFault.Hosts;
using KernelFault.Tests.Builders;
using KernelFault.Tests.Hosts;
using KernelFault.Verification;

namespace KernelFault.Tests.Verification;

public sealed class DriverVerifierReaderTests
{
    private static readonly string[] s_standard = ["SpecialPool", "ForceIrqlChecking", "PoolTracking", "IoVerification", "DeadlockDetection", "DmaChecking", "SecurityChecks", "MiscellaneousChecks", "DdiCompliance"];

    [Theory]
    [InlineData("on-english-built", "ResetOnBootFail", DriverVerifierBootMode.ResetOnBootFail)]
    [InlineData("on-german-built", "Einmaliger Start", DriverVerifierBootMode.OneBoot)]
    [InlineData("on-chinese-built", "\u5f02\u5e38\u5173\u673a\u65f6\u91cd\u7f6e", DriverVerifierBootMode.ResetOnUnusualShutdown)]
    public void Settings_and_counts_are_the_same_in_every_language(string recording, string modeText, DriverVerifierBootMode mode)
    {
        using RecordedHost host = Recordings.Host(recording);

        DriverVerifierSettings read = new DriverVerifierReader(host).Read(CancellationToken.None);

        Assert.Equal((true, 0x209BBL, true, 0x209BBL), (read.IsConfigured, read.Level, read.IsRunning, read.RunningLevel));
        Assert.Equal(s_standard, read.Flags);
        Assert.Equal(s_standard, read.RunningFlags);
        Assert.Equal(["contosonet.sys", "fabfs64.sys"], read.Drivers);
        Assert.Equal((mode, modeText), (read.BootMode, read.BootModeText));
        Assert.Equal(
            [
                new VerifiedDriver { Name = "contosonet.sys", Loads = 1, Unloads = 0, NonPagedAllocations = 3, PagedAllocations = 17, NonPagedBytes = 40128, PagedBytes = 1040, PeakNonPagedAllocations = 33, PeakPagedAllocations = 21, PeakNonPagedBytes = 41000, PeakPagedBytes = 2096 },
                new VerifiedDriver { Name = "fabfs64.sys", Loads = 2, Unloads = 1, NonPagedAllocations = 0, PagedAllocations = 0, NonPagedBytes = 0, PagedBytes = 0, PeakNonPagedAllocations = 7, PeakPagedAllocations = 0, PeakNonPagedBytes = 512, PeakPagedBytes = 0 },
            ],
            read.RunningDrivers);
        Assert.Empty(read.Warnings);
        Assert.All(host.Calls, call => Assert.True(call.Action == "RunScript" || call.Arguments is ["/query"] or ["/querysettings"], call.ToString()));
    }

    [Fact]
    public void The_layout_before_Windows_8_has_the_same_numbers()
    {
        using RecordedHost host = Recordings.Host("on-french-windows-7-built");

        DriverVerifierSettings read = new DriverVerifierReader(host).Read(CancellationToken.None);

        Assert.Equal((0x1BL, DriverVerifierBootMode.Persistent), (read.RunningLevel, read.BootMode));
        Assert.Equal(
            new VerifiedDriver { Name = "contosonet.sys", Loads = 1, Unloads = 0, NonPagedAllocations = 3, PagedAllocations = 17, NonPagedBytes = 40128, PagedBytes = 1040, PeakNonPagedAllocations = 33, PeakPagedAllocations = 21, PeakNonPagedBytes = 41000, PeakPagedBytes = 2096 },
            Assert.Single(read.RunningDrivers));
        Assert.Empty(read.Warnings);
    }

    [Fact]
    public void A_machine_without_verification_says_so()
    {
        using RecordedHost host = Recordings.Host("off-english-built");

        DriverVerifierSettings read = new DriverVerifierReader(host).Read(CancellationToken.None);

        Assert.Equal((false, null, false, null), (read.IsConfigured, read.Level, read.IsRunning, read.RunningLevel));
        Assert.Equal("Persistent", read.BootModeText);
        Assert.Empty(read.Drivers);
        Assert.Empty(read.RunningDrivers);
        Assert.Empty(read.Warnings);
    }

    [SkippableFact]
    public void What_a_real_Windows_wrote_is_read()
    {
        VerifierReport report = VerifierReportReader.Read(ProgramText.Decode(File.ReadAllBytes(Corpus.File("captures/windows/verifier-querysettings-none.txt"))));

        Assert.Equal((0L, "Persistent"), (report.Level, report.BootMode));
        Assert.Empty(report.Files);
        Assert.Empty(report.Drivers);
    }

    [Fact]
    public void The_registry_counts_where_the_program_says_something_else()
    {
        using RecordedHost host = Recordings.Host("on-english-built", "registry-read", json => json.Replace("133563", "9", StringComparison.Ordinal));

        DriverVerifierSettings read = new DriverVerifierReader(host).Read(CancellationToken.None);

        Assert.Equal(["SpecialPool", "PoolTracking"], read.Flags);
        Assert.Contains("0x000209BB", Assert.Single(read.Warnings), StringComparison.Ordinal);
    }

    [Fact]
    public void Without_the_registry_the_program_is_believed()
    {
        using RecordedHost host = Recordings.Host("on-german-built", "registry-read", _ => "broken");

        DriverVerifierSettings read = new DriverVerifierReader(host).Read(CancellationToken.None);

        Assert.Equal((true, 0x209BBL, null), (read.IsConfigured, read.Level, read.BootMode));
        Assert.Equal(["contosonet.sys", "fabfs64.sys"], read.Drivers);
        Assert.Single(read.Warnings);
    }

    [Fact]
    public void An_offline_hive_tells_the_settings_and_nothing_is_run()
    {
        using var windows = new OfflineWindows(HostRegistryTests.VerifiedHive());
        using var host = new OfflineWindowsHost(windows.Folder);

        DriverVerifierSettings read = new DriverVerifierReader(host).Read(CancellationToken.None);

        Assert.Equal((true, 0x209BBL, (bool?)null), (read.IsConfigured, read.Level, read.IsRunning));
        Assert.Equal(["contoso.sys"], read.Drivers);
    }

    [Fact]
    public void No_output_however_damaged_breaks_the_reader()
    {
        var random = new Random(7);
        foreach (string recording in (string[])["on-english-built", "on-german-built", "on-chinese-built", "on-french-windows-7-built"])
        {
            foreach (RecordedProgram program in Recordings.Load(recording).Programs)
            {
                for (int i = 0; i < 500; i++)
                {
                    byte[] bytes = [.. program.Output];
                    for (int change = random.Next(1, 20); change > 0 && bytes.Length > 0; change--)
                    {
                        bytes[random.Next(bytes.Length)] = random.Next(3) == 0 ? (byte)"0x:[]()/\r\n"[random.Next(10)] : (byte)random.Next(256);
                    }

                    VerifierReport report = VerifierReportReader.Read(ProgramText.Decode(bytes, "850"));
                    Assert.True(report.Files.Count <= 10_000);
                }
            }
        }

        string many = string.Concat(Enumerable.Repeat("  MODULE: a.sys (load: 1 / unload: 0)\n      x: ( 999999999999999999 / 0xffffffffffffffff )\n", 10_000));
        Assert.Equal(4096, VerifierReportReader.Read(many).Drivers.Count);
        Assert.Null(VerifierReportReader.Read(new string(':', 1 << 20)).Level);
        Assert.Null(VerifierReportReader.Read(string.Concat(Enumerable.Repeat(new string(' ', 500) + ":\n", 2000))).Level);
    }

    [Fact]
    public void Flags_are_all_there_and_the_standard_ones_are_0x209BB()
    {
        Assert.Equal(23, DriverVerifierFlag.All.Count);
        Assert.Equal(0x209BB, DriverVerifierFlag.All.Where(flag => flag.IsStandard).Sum(flag => flag.Value));
        Assert.Equal(0x209BB, EnableDriverVerifier.LevelOf(DriverVerifierPreset.Standard));
        Assert.Equal(DriverVerifierFlag.All.OrderBy(flag => flag.Value), DriverVerifierFlag.All);
        Assert.All(Enum.GetValues<DriverVerifierPreset>(), preset => Assert.True(EnableDriverVerifier.LevelOf(preset) > 0));
        Assert.DoesNotContain(DriverVerifierFlag.All, flag => flag.InjectsFaults && (EnableDriverVerifier.LevelOf(DriverVerifierPreset.Full) & flag.Value) != 0);
        Assert.Equal(["SpecialPool", "0x00100000"], DriverVerifierFlag.Names(0x100001));
        Assert.Equal(0x800, DriverVerifierFlag.Find("miscellaneous CHECKS")!.Value);
    }
}
