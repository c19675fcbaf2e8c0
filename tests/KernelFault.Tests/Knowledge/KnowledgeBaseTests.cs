using KernelFault.Knowledge;

namespace KernelFault.Tests.Knowledge;

public sealed class KnowledgeBaseTests
{
    private static readonly KnowledgeBase Knowledge = KnowledgeBase.Default;

    [Theory]
    [InlineData(0x7Eu)]
    [InlineData(0x1000007Eu)]
    public void Code_is_found_with_and_without_the_flag_of_small_dumps(uint code) =>
        Assert.Equal("SYSTEM_THREAD_EXCEPTION_NOT_HANDLED", Knowledge.FindBugCheck(code)!.Name);

    [Theory]
    [InlineData(0xC000021Au, "WINLOGON_FATAL_ERROR")]
    [InlineData(0xDEADDEADu, "MANUALLY_INITIATED_CRASH1")]
    [InlineData(0xA0000001u, "GRAPHICS_DRIVER_FATAL_ERROR")]
    [InlineData(0x4000008Au, "THREAD_TERMINATE_HELD_MUTEX")]
    public void Code_with_other_high_bits_keeps_them(uint code, string name) => Assert.Equal(name, Knowledge.FindBugCheck(code)!.Name);

    [Fact]
    public void Unknown_code_is_not_found() => Assert.Null(Knowledge.FindBugCheck(0x0BADF00D));

    [Fact]
    public void Every_code_found_alone_is_the_one_in_the_list()
    {
        Assert.True(Knowledge.BugChecks.Count >= 425);
        Assert.All(
            Knowledge.BugChecks.Where(info => KnowledgeBase.FoldMinidumpFlag(info.Code) == info.Code),
            info => Assert.Same(info, Knowledge.FindBugCheck(info.Code)));
    }

    [Theory]
    [InlineData("PAGE_FAULT_IN_NONPAGED_AREA", 0x50u)]
    [InlineData("page fault in nonpaged area", 0x50u)]
    [InlineData("Critical_Process_Died", 0xEFu)]
    [InlineData("SYSTEM_THREAD_EXCEPTION_NOT_HANDLED_M", 0x1000007Eu)]
    public void Name_is_found_in_any_case_and_with_spaces(string name, uint code) =>
        Assert.Equal(code, Assert.Single(Knowledge.FindBugChecks(name)).Code);

    [Fact]
    public void Wildcard_finds_all_names_that_match()
    {
        uint[] codes = [.. Knowledge.FindBugChecks("VIDEO_TDR*").Select(info => info.Code)];

        Assert.Equal([0x116u, 0x117u, 0x142u], codes);
    }

    [Fact]
    public void Wildcard_alone_finds_everything() => Assert.Equal(Knowledge.BugChecks.Count, Knowledge.FindBugChecks("*").Count);

    [Fact]
    public void Name_nobody_uses_finds_nothing() => Assert.Empty(Knowledge.FindBugChecks("NO_SUCH_STOP_CODE"));

    [Theory]
    [InlineData("HEAP_CORRUPTION", 0x13Au, "0x1E")]
    [InlineData("critical process", 0xEFu, "0x5C")]
    [InlineData("TDR", 0x116u, "0x117")]
    public void Wrong_name_leads_to_the_right_code_and_says_so(string name, uint code, string mentioned)
    {
        BugCheckInfo info = Assert.Single(Knowledge.FindBugChecks(name));

        Assert.Equal(code, info.Code);
        Assert.Contains(mentioned, info.Note, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData(0x5Cu, 0xEFu)]
    [InlineData(0xEFu, 0x5Cu)]
    [InlineData(0x1Eu, 0x13Au)]
    [InlineData(0x13Au, 0x1Eu)]
    [InlineData(0xAu, 0x50u)]
    [InlineData(0x50u, 0xAu)]
    public void Confused_code_names_the_other(uint code, uint other)
    {
        BugCheckInfo info = Knowledge.FindBugCheck(code)!;

        Assert.Contains(other, info.SeeAlso);
        Assert.Contains(Knowledge.FindBugCheck(other)!.Hex, info.Note, StringComparison.OrdinalIgnoreCase);
    }

    [Theory]
    [InlineData(0xC0000005u, "STATUS_ACCESS_VIOLATION")]
    [InlineData(0u, "STATUS_SUCCESS")]
    [InlineData(0x80000003u, "STATUS_BREAKPOINT")]
    [InlineData(0xC0000185u, "STATUS_IO_DEVICE_ERROR")]
    public void Status_has_its_name(uint status, string name) => Assert.Equal(name, Knowledge.FindStatus(status)!.Name);

    [Fact]
    public void Status_of_a_bad_disk_says_so() => Assert.Contains("bad sectors", Knowledge.FindStatus(0xC000009C)!.Meaning, StringComparison.Ordinal);

    [Fact]
    public void Result_made_of_a_status_is_that_status() => Assert.Equal("STATUS_ACCESS_VIOLATION", Knowledge.FindHResult(0xD0000005)!.Name);

    [Fact]
    public void Result_of_graphics_is_known() => Assert.Equal("DXGI_ERROR_DEVICE_HUNG", Knowledge.FindHResult(0x887A0006)!.Name);

    [Fact]
    public void Driver_of_windows_is_known_by_name_or_path()
    {
        DriverFacts driver = Knowledge.FindDriver(@"\SystemRoot\System32\drivers\AMDPPM.sys")!;

        Assert.True(driver is { OperatingSystem: true, Core: false, Inbox: true, Vendor: "Microsoft" });
    }

    [Theory]
    [InlineData("ntoskrnl.exe")]
    [InlineData("hal.dll")]
    [InlineData("win32kfull.sys")]
    [InlineData("dxgmms2.sys")]
    [InlineData("Ntfs.sys")]
    [InlineData("FLTMGR.SYS")]
    [InlineData("ndis.sys")]
    [InlineData("tcpip.sys")]
    [InlineData("Wdf01000.sys")]
    [InlineData("storport.sys")]
    [InlineData("CI.dll")]
    [InlineData("watchdog.sys")]
    public void Core_of_windows_is_marked(string name) => Assert.True(Knowledge.FindDriver(name) is { OperatingSystem: true, Core: true });

    [Theory]
    [InlineData("nvlddmkm.sys", "NVIDIA", "graphics")]
    [InlineData("amdkmdag.sys", "AMD", "graphics")]
    [InlineData("igdkmd64.sys", "Intel", "graphics")]
    [InlineData("vboxdrv.sys", "Oracle", "virtualisation")]
    [InlineData("VBoxGuest.sys", "Oracle", "virtualisation")]
    [InlineData("RTKVHD64.sys", "Realtek", "audio")]
    [InlineData("iaStorA.sys", "Intel", "storage")]
    [InlineData("aswSnx.sys", "Avast", "antivirus")]
    [InlineData("vgk.sys", "Riot Games", "anti-cheat")]
    public void Third_party_driver_has_its_maker_and_kind(string name, string vendor, string category)
    {
        DriverFacts driver = Knowledge.FindDriver(name)!;

        Assert.Equal((vendor, category, false, false), (driver.Vendor, driver.Category, driver.OperatingSystem, driver.Core));
    }

    [Theory]
    [InlineData("rt640x64.sys")]
    [InlineData("Netwtw10.sys")]
    [InlineData("bcmwl63a.sys")]
    [InlineData("e1d65x64.sys")]
    public void Vendors_driver_that_windows_ships_is_not_microsofts(string name) =>
        Assert.True(Knowledge.FindDriver(name) is { Inbox: true, OperatingSystem: false, Vendor: not "Microsoft" });

    [Theory]
    [InlineData("MpKsl1a2b3c4d.sys", true)]
    [InlineData("MpKslDrv.sys", true)]
    [InlineData("dump_storahci.sys", true)]
    [InlineData("hiber_stornvme.sys", true)]
    [InlineData("dump_iaStorA.sys", false)]
    public void Families_and_copies_are_recognized(string name, bool operatingSystem) =>
        Assert.Equal(operatingSystem, Knowledge.FindDriver(name)!.OperatingSystem);

    [Fact]
    public void Crash_test_driver_is_called_one() => Assert.Equal("crash-test", Knowledge.FindDriver("myfault.sys")!.Category);

    [Theory]
    [InlineData("")]
    [InlineData("   ")]
    [InlineData(@"C:\")]
    [InlineData("*")]
    [InlineData("asw*.sys")]
    [InlineData("dump_")]
    [InlineData("dump_dump_dump_ntfs.sys")]
    [InlineData("completely-unknown-driver.sys")]
    public void Name_that_says_nothing_is_not_found(string name) => Assert.Null(Knowledge.FindDriver(name));

    [Fact]
    public void Patterns_do_not_swallow_names_of_windows()
    {
        string path = Path.Combine(Corpus.RepositoryRoot, "src", "KernelFault", "Knowledge", "Data", "drivers.json");
        using var document = System.Text.Json.JsonDocument.Parse(File.ReadAllText(path));
        foreach (var entry in document.RootElement.GetProperty("drivers").EnumerateArray())
        {
            string name = entry.GetProperty("name").GetString()!;
            if (!name.Contains('*', StringComparison.Ordinal))
            {
                Assert.Equal(name, Knowledge.FindDriver(name)!.Name, ignoreCase: true);
            }
        }
    }

    [SkippableFact]
    public void Every_driver_of_a_real_machine_is_known()
    {
        string listing = File.ReadAllText(Corpus.File(Path.Combine("captures", "windows", "driverquery-v.txt")));
        IEnumerable<string> names = System.Text.RegularExpressions.Regex.Matches(listing, @"\\([\w\-.]+\.sys)\s", System.Text.RegularExpressions.RegexOptions.IgnoreCase)
            .Select(match => match.Groups[1].Value.ToLowerInvariant())
            .Distinct();

        Assert.All(names, name => Assert.NotNull(Knowledge.FindDriver(name)));
    }

    [Fact]
    public void Any_number_of_threads_may_ask_at_once()
    {
        uint[] codes = [.. Knowledge.BugChecks.Select(info => info.Code)];

        Parallel.For(0, 2000, i =>
        {
            uint code = codes[i % codes.Length];
            Assert.Equal(KnowledgeBase.FoldMinidumpFlag(code), Knowledge.FindBugCheck(code)!.Code);
            Assert.NotNull(Knowledge.FindDriver("nvlddmkm.sys"));
            Assert.NotNull(Knowledge.FindStatus(0xC0000005));
        });
    }
}
