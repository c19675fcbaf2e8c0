using System.Text;
using KernelFault.Hosts;
using KernelFault.Playbooks;
using KernelFault.Playbooks.Actions;

namespace KernelFault.Tests.Playbooks.Actions;

public sealed class MachineActionTests
{
    private const string Diagnostic = "{b2721d73-1db4-4c62-bf78-c548a880142d}";

    private static readonly RecordedProgram s_memdiag = Bcd(Diagnostic, $"Windows-Speichertestprogramm\n--------------\nBezeichner              {Diagnostic}\npath                    \\boot\\memtest.exe\n");

    [Fact]
    public void Windows_is_asked_by_a_query_that_holds_names_as_data()
    {
        string query = MachineEvents.Query("System", ["disk", "A<b>&c"], [7, 11], 2);

        Assert.Equal(
            "<QueryList><Query Id=\"0\" Path=\"System\"><Select Path=\"System\">*[System[Provider[@Name=&apos;disk&apos; or @Name=&apos;A&lt;b&gt;&amp;c&apos;] and (EventID=7 or EventID=11) and TimeCreated[timediff(@SystemTime) &lt;= 7200000]]]</Select></Query></QueryList>",
            query);
        Assert.Equal("*", System.Xml.Linq.XElement.Parse(MachineEvents.Query("System", [], [], null)).Value);
    }

    [Theory]
    [InlineData("disk'] or true() or @Name=['")]
    [InlineData("a\"b")]
    [InlineData("")]
    public void A_name_that_would_change_the_query_is_refused(string provider)
    {
        using RecordedHost host = Windows();

        Assert.Throws<PlaybookException>(() => Acting.Do("read-events", host, ("providers", new[] { provider })));
    }

    [Fact]
    public void Events_of_Windows_come_with_time_level_and_text()
    {
        using RecordedHost host = Windows(new RecordedScript("read-events", """
            {"time":"2026-11-21T07:00:00.0000000Z","provider":"disk","id":7,"level":2,"text":"Das Gerät \\Device\\Harddisk0 hat einen fehlerhaften Block."}
            {"time":"2026-11-21T06:00:00.0000000Z","provider":"Ntfs","id":98,"level":0,"text":""}
            {"time":"2026-11-2
            """));

        ActionResult result = Acting.Do("read-events", host, ("log", "System"), ("providers", new[] { "disk", "Ntfs" }));

        Assert.Equal(2, result.Output<long>("count"));
        Assert.Equal(("2026-11-21T07:00:00.0000000Z", 7L, "Error", "disk"), (result.Field("events", 0, "time"), result.Field("events", 0, "id"), result.Field("events", 0, "level"), result.Field("events", 0, "provider")));
        Assert.Equal("Information", result.Field("events", 1, "level"));
    }

    [Fact]
    public void Messages_of_the_kernel_are_read_from_the_journal_also_as_bytes()
    {
        using RecordedHost host = Linux(Journal("100", "-3600", """
            {"__REALTIME_TIMESTAMP":"1795248000000000","PRIORITY":"3","SYSLOG_IDENTIFIER":"kernel","MESSAGE":"I/O error, dev sda"}
            {"__REALTIME_TIMESTAMP":"x","PRIORITY":"9","MESSAGE":[97,98,27,99]}
            {"MESSAGE":null}
            """));

        ActionResult result = Acting.Do("read-events", host, ("sinceHours", 1.0));

        Assert.Equal(("Error", "I/O error, dev sda"), (result.Field("events", 0, "level"), result.Field("events", 0, "text")));
        Assert.Null(result.Field("events", 1, "time"));
        Assert.DoesNotContain('\u001b', (string)result.Field("events", 1, "text")!);
        Assert.Equal(3, result.Output<long>("count"));
    }

    [Fact]
    public void A_journal_that_cannot_be_read_is_an_error()
    {
        RecordedProgram failed = Journal("100", "-3600", string.Empty) with { ExitCode = 1, Error = "No journal files were opened due to insufficient permissions."u8.ToArray() };
        using RecordedHost host = Linux(failed);

        Assert.Contains("permissions", Assert.Throws<HostException>(() => Acting.Do("read-events", host, ("sinceHours", 1.0))).Message);
    }

    [Fact]
    public void What_the_hardware_corrected_is_told_from_what_it_could_not()
    {
        using RecordedHost windows = Windows(new RecordedScript("read-events", """
            {"time":"2026-11-21T07:00:00Z","provider":"Microsoft-Windows-WHEA-Logger","id":17,"level":3,"text":"korrigiert"}
            {"time":"2026-11-21T06:00:00Z","provider":"Microsoft-Windows-WHEA-Logger","id":18,"level":2,"text":"schwerwiegend"}
            {"time":"2026-11-21T05:00:00Z","provider":"Microsoft-Windows-WHEA-Logger","id":19,"level":3,"text":"korrigiert"}
            """));
        ActionResult result = Acting.Do("get-machine-checks", windows);

        Assert.Equal((2L, 1L), (result.Output<long>("correctedCount"), result.Output<long>("uncorrectedCount")));
    }

    [Fact]
    public void Linux_counts_by_EDAC_and_by_the_lines_of_its_log()
    {
        using RecordedHost host = Linux(
            Sh("edac-counters", "mc0\t5\t0\nmc1\t2\t1\nrubbish\n"),
            Journal("100000", "-2592000", """
                {"MESSAGE":"mce: [Hardware Error]: Machine check events logged"}
                {"MESSAGE":"[Hardware Error]: Uncorrected, software containable error."}
                {"MESSAGE":"[Hardware Error]: Uncorrected error."}
                {"MESSAGE":"[Hardware Error]: Corrected error, no action required."}
                {"MESSAGE":"usb 1-1: new device"}
                """));

        ActionResult result = Acting.Do("get-machine-checks", host);

        Assert.Equal((7L, 2L), (result.Output<long>("correctedCount"), result.Output<long>("uncorrectedCount")));
        Assert.Equal(4, result.Output<IReadOnlyList<object?>>("events").Count);
    }

    [Fact]
    public void Where_neither_counters_nor_log_can_be_read_nothing_is_claimed()
    {
        using RecordedHost host = Linux(Sh("edac-counters", string.Empty), Journal("100000", "-2592000", string.Empty) with { Failure = HostErrorKind.NotFound });

        ActionResult result = Acting.Do("get-machine-checks", host);

        Assert.Null(result.Outputs["correctedCount"]);
        Assert.Null(result.Outputs["uncorrectedCount"]);
        Assert.Equal(2, result.Warnings.Count);
    }

    [Fact]
    public void The_warmest_sensor_comes_first_and_those_not_connected_are_left_out()
    {
        using RecordedHost linux = Linux(Sh("temperatures", "k10temp Tctl\t71250\nnvme Composite\t38850\nnct6775 SYSTIN\t127000\nx\t0\ny\t-273000\nacpitz\tbad\n"));
        ActionResult result = Acting.Do("get-temperatures", linux);

        Assert.Equal(71.2, result.Output<double>("highest"));
        Assert.Equal(2, result.Output<IReadOnlyList<object?>>("sensors").Count);
        Assert.Equal("k10temp Tctl", result.Field("sensors", 0, "name"));

        using RecordedHost windows = Windows(new RecordedScript("temperatures", "ACPI\\ThermalZone\\TZ00_0\t3232\n"));
        Assert.Equal(50.0, Acting.Do("get-temperatures", windows).Output<double>("highest"), 0.11);
    }

    [Fact]
    public void A_machine_that_tells_no_temperature_is_an_answer()
    {
        using RecordedHost windows = Windows(new RecordedScript("temperatures", string.Empty));

        Assert.Null(Acting.Do("get-temperatures", windows).Outputs["highest"]);
    }

    [Fact]
    public void The_memory_diagnostic_is_set_for_the_next_start_once()
    {
        using RecordedHost host = Windows([s_memdiag, Bcd("{bootmgr}", "Windows-Start-Manager\n------\nBezeichner {9dea862c-5cdd-4e70-acc1-f32b344d4795}\n"), new RecordedProgram("bcdedit.exe", "/bootsequence", Diagnostic)]);
        ActionResult first = Acting.Do("memory-test", host);

        Assert.Equal((true, true, true), (first.Output<bool>("scheduled"), first.NeedsRestart, first.Changed));
        Assert.Null(first.Outputs["passed"]);

        using RecordedHost again = Windows([s_memdiag, Bcd("{bootmgr}", $"Windows-Start-Manager\n------\nBezeichner {{9dea862c-5cdd-4e70-acc1-f32b344d4795}}\nbootsequence {Diagnostic}\n")]);
        ActionResult second = Acting.Do("memory-test", again);

        Assert.Equal((true, false), (second.Output<bool>("scheduled"), second.Changed));
    }

    [Fact]
    public void Without_a_test_program_memory_is_not_tested()
    {
        using RecordedHost windows = Windows([new RecordedProgram("bcdedit.exe", "/enum", Diagnostic, "/v") { ExitCode = 1 }, Bcd("{bootmgr}", "x\n-----\nid {9dea862c-5cdd-4e70-acc1-f32b344d4795}\n")]);
        using RecordedHost linux = Linux();

        Assert.Equal("NoMemoryTest", Acting.Guard(Acting.Plan("memory-test", windows)));
        Assert.Equal("NoMemoryTest", Acting.Guard(Acting.Plan("memory-test", linux)));
    }

    [Theory]
    [InlineData(0, true, false)]
    [InlineData(2, false, false)]
    [InlineData(4, false, false)]
    [InlineData(6, false, false)]
    [InlineData(1, null, true)]
    [InlineData(137, null, true)]
    public void What_memtester_found_is_told_from_what_kept_it_from_testing(int exitCode, bool? passed, bool failure)
    {
        using RecordedHost host = new("db2", new HostRecording
        {
            Facts = Acting.Linux,
            Programs = [new RecordedProgram("memtester", "64M", "1") { ExitCode = exitCode, Error = "says why"u8.ToArray() }],
            Files = [new RecordedFile("/usr/sbin/memtester", [1])],
        });

        ActionResult result = Acting.Do("memory-test", host, ("mebibytes", 64L));

        Assert.Equal(passed, (bool?)result.Outputs["passed"]);
        Assert.Equal(failure, result.Failure is not null);
        Assert.False(result.NeedsRestart);
    }

    [Theory]
    [InlineData(1101, true)]
    [InlineData(1201, true)]
    [InlineData(1102, false)]
    [InlineData(1202, false)]
    [InlineData(1301, null)]
    public void The_result_of_the_memory_test_is_told_by_its_number(int id, bool? passed)
    {
        using RecordedHost host = Windows(new RecordedScript("read-events", $$"""{"time":"2026-11-21T07:00:00Z","provider":"Microsoft-Windows-MemoryDiagnostics-Results","id":{{id}},"level":4,"text":"内存诊断"}"""));

        ActionResult result = Acting.Do("read-memory-test", host);

        Assert.True(result.Output<bool>("found"));
        Assert.Equal(passed, (bool?)result.Outputs["passed"]);
        Assert.Equal("内存诊断", result.Outputs["text"]);
    }

    [Fact]
    public void No_result_of_a_memory_test_is_no_result()
    {
        using RecordedHost host = Windows(new RecordedScript("read-events", string.Empty));

        ActionResult result = Acting.Do("read-memory-test", host);

        Assert.False(result.Output<bool>("found"));
        Assert.Null(result.Outputs["passed"]);
    }

    private static RecordedProgram Bcd(string id, string output) => new("bcdedit.exe", "/enum", id, "/v") { Output = Encoding.UTF8.GetBytes(output) };

    private static RecordedProgram Sh(string name, string output) => new("/bin/sh", "-s", name) { Output = Encoding.UTF8.GetBytes(output) };

    private static RecordedProgram Journal(string maximum, string since, string output) =>
        new("journalctl", "-q", "--no-pager", "-r", "-o", "json", "-n", maximum, "--since=" + since + "s", "_TRANSPORT=kernel") { Output = Encoding.UTF8.GetBytes(output) };

    private static RecordedHost Windows(params RecordedScript[] scripts) => new("PC1", new HostRecording { Facts = Acting.Windows, Scripts = scripts });

    private static RecordedHost Windows(RecordedProgram[] programs) => new("PC1", new HostRecording { Facts = Acting.Windows, Programs = programs });

    private static RecordedHost Linux(params RecordedProgram[] programs) => new("db2", new HostRecording { Facts = Acting.Linux, Programs = programs });
}
