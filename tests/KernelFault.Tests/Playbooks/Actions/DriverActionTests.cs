using System.Text;
using System.Text.Json.Nodes;
using KernelFault.Hosts;
using KernelFault.Playbooks;
using KernelFault.Playbooks.Actions;
using KernelFault.Tests.Verification;

namespace KernelFault.Tests.Playbooks.Actions;

public sealed class DriverActionTests
{
    private const string Folder = @"C:\Windows\kernelfault-packages\oem3-20261121T081500Z";

    // Labels of another language, in another order, and a package of which pnputil tells no original name.
    private const string Two = """
        Microsoft PnP-Dienstprogramm

        Veröffentlichter Name:     oem3.inf
        Originalname:      contosonet.inf
        Anbietername:      Contoso
        Klassenname:       Netzwerkadapter
        Klassen-GUID:      {4d36e972-e325-11ce-bfc1-08002be10318}
        Treiberversion:    29.02.2024 9.8.7.6
        Signierer:         Microsoft Windows Hardware Compatibility Publisher

        Veröffentlichter Name:     oem9.inf
        Originalname:      contosonet.inf
        Anbietername:      Contoso
        Klassenname:       Netzwerkadapter
        Klassen-GUID:      {4d36e972-e325-11ce-bfc1-08002be10318}
        Treiberversion:    01.03.2023 9.1.0.0
        Signierer:         Contoso

        """;

    private static readonly string s_one = Two[..Second];
    private static readonly string s_other = Two[Second..];

    private static int Second => Two.LastIndexOf("Veröffentlichter", StringComparison.Ordinal);

    [Theory]
    [InlineData("contosonet")]
    [InlineData("CONTOSONET.SYS")]
    [InlineData("conto*")]
    public void A_driver_is_found_by_service_file_or_wildcard(string name)
    {
        using RecordedHost host = Recordings.Host("off-english-built");

        ActionResult result = Acting.Do("get-drivers", host, ("name", new[] { name }));

        Assert.Equal(["contosonet"], result.Texts("names"));
        Assert.Equal(("contosonet.sys", "1.2.3.4", "Running", true), (result.Field("drivers", 0, "file"), result.Field("drivers", 0, "version"), result.Field("drivers", 0, "state"), result.Field("drivers", 0, "isThirdParty")));
        Assert.Null(result.Field("drivers", 0, "package"));
    }

    [Fact]
    public void Only_what_is_asked_for_is_listed()
    {
        using RecordedHost host = Recordings.Host("off-english-built");

        Assert.Equal(2, Acting.Do("get-drivers", host).Output<long>("count"));
        Assert.Equal(["contosonet"], Acting.Do("get-drivers", host, ("unsigned", true)).Texts("names"));
    }

    [Fact]
    public void Dangerous_drivers_come_first_with_reasons()
    {
        using RecordedHost host = Recordings.Host("off-english-built");

        ActionResult all = Acting.Do("test-driver-risk", host);
        ActionResult dangerous = Acting.Do("test-driver-risk", host, ("minimumLevel", "medium"));

        Assert.Equal("contosonet", all.Field("drivers", 0, "name"));
        Assert.NotEmpty((IReadOnlyList<object?>)all.Field("drivers", 0, "reasons")!);
        Assert.DoesNotContain("kbdclass", dangerous.Texts("names"));
        Assert.Equal(dangerous.Output<long>("count") > 0 ? dangerous.Field("drivers", 0, "level") : null, dangerous.Outputs["highest"]);
    }

    [Theory]
    [InlineData("contosonet.sys")]
    [InlineData("contosonet")]
    [InlineData("oem3.inf")]
    [InlineData("ContosoNet.inf")]
    public void The_package_of_a_driver_is_found_with_the_others_of_its_name(string driver)
    {
        using RecordedHost host = Host([Two]);

        ActionResult result = Acting.Do("get-driver-package", host, ("driver", driver));

        Assert.Equal((true, "oem3.inf", "contosonet.inf", "9.8.7.6"), (result.Output<bool>("found"), result.Output<string>("publishedName"), result.Output<string>("originalName"), result.Output<string>("version")));
        Assert.Equal(("oem9.inf", "9.1.0.0"), (result.Field("others", 0, "publishedName"), result.Field("others", 0, "version")));
    }

    [Theory]
    [InlineData("kbdclass")]
    [InlineData("gone")]
    public void A_driver_without_a_package_is_an_answer(string driver)
    {
        using RecordedHost host = Host([Two]);

        ActionResult result = Acting.Do("get-driver-package", host, ("driver", driver));

        Assert.False(result.Output<bool>("found"));
        Assert.Null(result.Outputs["publishedName"]);
        Assert.Empty(result.Output<IReadOnlyList<object?>>("others"));
    }

    [Fact]
    public void Rolling_back_exports_the_package_first()
    {
        using RecordedHost host = Host([Two], Pnputil(0, "/export-driver", "oem3.inf", Folder), Pnputil(3010, "/delete-driver", "oem3.inf", "/uninstall"));
        HostPlan<ActionResult> plan = Acting.Plan("roll-back-driver", host, ("driver", "contosonet.sys"));

        Assert.Equal(3, plan.Steps.Count);
        Assert.Empty(plan.Guards);

        ActionResult result = Acting.Execute("roll-back-driver", plan);

        Assert.Equal(("oem3.inf", Folder, "oem9.inf", true), (result.Output<string>("removed"), result.Output<string>("exportFolder"), result.Output<string>("next"), result.NeedsRestart));
        Assert.Equal(["pnputil.exe /export-driver oem3.inf " + Folder, "pnputil.exe /delete-driver oem3.inf /uninstall"], result.Steps.Select(step => step.Text));
    }

    [Fact]
    public void Without_another_package_rolling_back_is_refused_unless_forced()
    {
        using RecordedHost host = Host([s_one], Pnputil(0, "/export-driver", "oem3.inf", Folder), Pnputil(0, "/delete-driver", "oem3.inf", "/uninstall"));
        HostPlan<ActionResult> plan = Acting.Plan("roll-back-driver", host, ("driver", "contosonet"));

        Assert.Equal("NoOtherPackage", Acting.Guard(plan));
        Assert.Throws<HostGuardException>(() => Acting.Execute("roll-back-driver", plan));
        Assert.Null(Acting.Execute("roll-back-driver", plan, force: true).Outputs["next"]);
    }

    [Fact]
    public void A_driver_of_Windows_itself_is_not_rolled_back()
    {
        using RecordedHost host = Host([Two]);

        HostPlan<ActionResult> plan = Acting.Plan("roll-back-driver", host, ("driver", "kbdclass"));

        Assert.Equal("NoPackage", Acting.Guard(plan));
        Assert.Throws<HostGuardException>(() => Acting.Execute("roll-back-driver", plan, force: true));
    }

    [Fact]
    public void A_package_that_cannot_be_exported_is_not_removed()
    {
        using RecordedHost host = Host([Two], Pnputil(5, "/export-driver", "oem3.inf", Folder));

        HostException e = Assert.Throws<HostException>(() => Acting.Do("roll-back-driver", host, ("driver", "contosonet")));

        Assert.Contains("ended with 5", e.Message);
        Assert.DoesNotContain(host.Calls, call => call.Arguments.Contains("/delete-driver"));
    }

    [Theory]
    [InlineData(true, 0, false)]
    [InlineData(false, 0, true)]
    [InlineData(false, 3600, false)]
    public void After_a_kill_the_export_folder_tells_whether_it_was_rolled_back(bool isThere, int later, bool done)
    {
        using RecordedHost host = Host([isThere ? Two : s_other], [new RecordedFile(Folder + @"\contosonet.inf", [1])]);
        DateTime start = new DateTime(2026, 11, 21, 8, 14, 50, DateTimeKind.Utc).AddSeconds(later);

        ActionCheck check = Acting.Find("roll-back-driver").Check(Acting.Context("roll-back-driver", host, inputs: ("driver", "contosonet")), new ActionAttempt(start, null), CancellationToken.None);

        Assert.Equal(done, check.IsDone);
        Assert.Equal(done ? Folder : null, check.Result?.Outputs["exportFolder"]);
    }

    [Theory]
    [InlineData(600)]
    [InlineData(-600)]
    public void The_export_folder_is_named_by_the_clock_of_the_run_whatever_the_machines_says(double ahead)
    {
        DateTime start = new(2026, 11, 21, 8, 14, 50, DateTimeKind.Utc);

        ActionCheck Check(DateTime begun)
        {
            HostRecording recording = Recording([s_other], [new RecordedFile(Folder + @"\contosonet.inf", [1])]);
            using var host = new RecordedHost("PC1", recording with { Facts = recording.Facts with { ClockAheadSeconds = ahead } });
            return Acting.Find("roll-back-driver").Check(Acting.Context("roll-back-driver", host, inputs: ("driver", "contosonet")), new ActionAttempt(begun, null), CancellationToken.None);
        }

        Assert.True(Check(start).IsDone);
        Assert.False(Check(start.AddMinutes(1)).IsDone);
    }

    [Fact]
    public void An_update_exports_the_package_before_and_notes_the_new_one()
    {
        const string Inf = @"D:\new\contosonet.inf";
        string added = Two.Replace("oem9.inf", "oem45.inf", StringComparison.Ordinal).Replace("9.1.0.0", "10.0.0.0", StringComparison.Ordinal);
        using RecordedHost host = Host([s_one, added], [new RecordedFile(Inf, [1])], Pnputil(0, "/export-driver", "oem3.inf", Updated), Pnputil(0, "/add-driver", Inf, "/install"));

        ActionResult result = Acting.Do("update-driver", host, ("inf", Inf));

        Assert.Equal(("oem45.inf", Updated, true), (result.Output<string>("publishedName"), result.Output<string>("exportFolder"), result.Changed));
        Assert.Equal("""{"installed":"oem45.inf"}""", Encoding.UTF8.GetString(host.ReadFile(Updated + @"\kernelfault.json", 1000, default)));

        ActionResult back = Acting.Do("restore-driver-package", Restoring(Two + added), ("folder", Updated));

        Assert.Equal(["contosonet.inf"], back.Texts("restored"));
        Assert.Equal(("oem45.inf", true), (back.Output<string>("removed"), back.Changed));
        Assert.Equal([$"pnputil.exe /add-driver {Updated}\\contosonet.inf /install", "pnputil.exe /delete-driver oem45.inf /uninstall"], back.Steps.Select(step => step.Text));
        Assert.Null(Acting.Do("restore-driver-package", Restoring(Two), ("folder", Updated)).Outputs["removed"]);
    }

    [Fact]
    public void An_update_that_is_there_already_changes_nothing()
    {
        const string Inf = @"D:\new\contosonet.inf";
        using RecordedHost host = Host([s_one, s_one], [new RecordedFile(Inf, [1])], Pnputil(0, "/export-driver", "oem3.inf", Updated), Pnputil(259, "/add-driver", Inf, "/install"));

        ActionResult result = Acting.Do("update-driver", host, ("inf", Inf));

        Assert.Equal((false, "oem3.inf"), (result.Changed, result.Output<string>("publishedName")));
        Assert.DoesNotContain(host.Calls, call => call.Action == "WriteFile");
    }

    [Theory]
    [InlineData(@"D:\gone.inf")]
    [InlineData(@"D:\file.txt")]
    public void What_is_no_INF_file_is_not_installed(string inf)
    {
        using RecordedHost host = Host([s_one], [new RecordedFile(@"D:\file.txt", [1])]);

        Assert.Equal("InfNotFound", Acting.Guard(Acting.Plan("update-driver", host, ("inf", inf))));
    }

    [Theory]
    [InlineData("a.inf /delete-driver oem1.inf")]
    [InlineData("oem3.inf")]
    public void A_path_that_is_not_whole_is_an_error_of_the_playbook(string inf)
    {
        using RecordedHost host = Host([s_one]);

        Assert.Throws<PlaybookException>(() => Acting.Plan("update-driver", host, ("inf", inf)));
    }

    [Fact]
    public void Restoring_what_was_never_exported_does_nothing_and_an_empty_folder_is_refused()
    {
        using RecordedHost host = Host([s_one], [new RecordedFile(Folder + @"\readme.txt", [1])]);

        Assert.False(Acting.Do("restore-driver-package", host).Changed);
        Assert.Equal("NoPackage", Acting.Guard(Acting.Plan("restore-driver-package", host, ("folder", Folder))));
    }

    [Theory]
    [InlineData("""{"installed":"oem45.inf /force"}""")]
    [InlineData("""{"installed":7}""")]
    [InlineData("[]")]
    public void A_note_that_cannot_be_believed_takes_nothing_out(string note)
    {
        using RecordedHost host = Host(
            [Two],
            [new RecordedFile(Folder + @"\contosonet.inf", [1]), new RecordedFile(Folder + @"\kernelfault.json", Encoding.UTF8.GetBytes(note))],
            Pnputil(0, "/add-driver", Folder + @"\contosonet.inf", "/install"));

        Assert.Null(Acting.Do("restore-driver-package", host, ("folder", Folder)).Outputs["removed"]);
    }

    private const string Updated = @"C:\Windows\kernelfault-packages\contosonet-20261121T081500Z";

    private static RecordedHost Restoring(string list) => Host(
        [list],
        [new RecordedFile(Updated + @"\contosonet.inf", [1]), new RecordedFile(Updated + @"\kernelfault.json", """{"installed":"oem45.inf"}"""u8.ToArray())],
        Pnputil(0, "/add-driver", Updated + @"\contosonet.inf", "/install"),
        Pnputil(0, "/delete-driver", "oem45.inf", "/uninstall"));

    private static RecordedProgram Pnputil(int exitCode, params string[] arguments) => new("pnputil.exe", arguments) { ExitCode = exitCode };

    private static RecordedHost Host(string[] lists, params RecordedProgram[] programs) => Host(lists, [], programs);

    private static RecordedHost Host(string[] lists, RecordedFile[] files, params RecordedProgram[] programs) => new("PC1", Recording(lists, files, programs));

    private static HostRecording Recording(string[] lists, RecordedFile[] files, params RecordedProgram[] programs)
    {
        HostRecording recording = Recordings.Load("off-english-built");
        JsonNode inventory = JsonNode.Parse(recording.Scripts.Single(script => script.Name == "driver-inventory").Output)!;
        inventory["devices"] = JsonNode.Parse("""[{"id":"PCI\\1","name":"Contoso Card","service":"contosonet","class":"NET","inf":"oem3.inf","provider":"Contoso","version":"9.8.7.6"}]""");
        return recording with
        {
            Programs = [.. lists.Select(list => new RecordedProgram("pnputil.exe", "/enum-drivers") { Output = Encoding.UTF8.GetBytes(list.ReplaceLineEndings("\r\n")) }), .. programs],
            Scripts =
            [
                new RecordedScript("driver-inventory", inventory.ToJsonString()),
                new RecordedScript("package-folder", @"C:\Windows\kernelfault-packages") { Json = """{"name":null}""" },
                new RecordedScript("package-folder", programs.Any(program => program.Arguments.Contains(Updated)) ? Echo(Updated) : Echo(Folder)),
            ],
            Files = files,
        };
    }

    private static string Echo(string folder) => folder + "\n";
}
