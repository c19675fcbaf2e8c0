using KernelFault.Hosts;
using KernelFault.Playbooks;
using KernelFault.Playbooks.Actions;
using KernelFault.Tests.Builders;
using KernelFault.Tests.Verification;

namespace KernelFault.Tests.Playbooks.Actions;

public sealed class DriverStartActionTests
{
    private const string Key = @"HKLM\SYSTEM\CurrentControlSet\Services\contosonet";

    [Theory]
    [InlineData("contosonet")]
    [InlineData("ContosoNet.sys")]
    public void A_driver_is_disabled_and_its_start_is_kept(string driver)
    {
        using RecordedHost host = Host("off-english-built", Add("KernelFaultStart", "3"), Add("Start", "4"));
        HostPlan<ActionResult> plan = Acting.Plan("disable-driver", host, ("driver", driver));

        Assert.Equal([$"Run 'reg.exe add {Key} /v KernelFaultStart /t REG_DWORD /d 3 /f'", $"Run 'reg.exe add {Key} /v Start /t REG_DWORD /d 4 /f'"], plan.Steps);

        ActionResult result = Acting.Execute("disable-driver", plan);

        Assert.Equal(("contosonet", "Manual", true, true), (result.Output<string>("service"), result.Output<string>("previousStart"), result.Changed, result.NeedsRestart));
    }

    [Theory]
    [InlineData("disk", "MicrosoftDriver", false)]
    [InlineData("kbdclass.sys", "MicrosoftDriver", false)]
    [InlineData("litware", "BootCriticalDriver", true)]
    [InlineData("gone.sys", "DriverNotFound", false)]
    [InlineData("Spooler", "DriverNotFound", false)]
    [InlineData("*", "DriverNotFound", false)]
    public void A_driver_that_must_not_be_disabled_is_refused(string driver, string guard, bool canForce)
    {
        using RecordedHost host = Recordings.Host("off-english-built");

        HostPlan<ActionResult> plan = Acting.Plan("disable-driver", host, ("driver", driver));

        Assert.Equal(guard, Acting.Guard(plan));
        Assert.Equal(canForce, Record.Exception(() => plan.Verify(force: true)) is null);
    }

    [Fact]
    public void A_driver_that_is_disabled_is_left_so_and_what_was_kept_is_told()
    {
        using RecordedHost host = Disabled(", {\"name\":\"KernelFaultStart\",\"type\":4,\"data\":1}");

        ActionResult result = Acting.Do("disable-driver", host, ("driver", "contosonet"));

        Assert.Equal((false, "System"), (result.Changed, result.Output<string>("previousStart")));
        Assert.DoesNotContain(host.Calls, call => call.Action == "Run");
    }

    [Fact]
    public void A_driver_is_enabled_as_it_was()
    {
        using RecordedHost host = Disabled(", {\"name\":\"KernelFaultStart\",\"type\":4,\"data\":1}", Add("Start", "1"), new RecordedProgram("reg.exe", "delete", Key, "/v", "KernelFaultStart", "/f"));

        ActionResult result = Acting.Do("enable-driver", host, ("driver", "contosonet.sys"));

        Assert.Equal(("System", true, true), (result.Output<string>("start"), result.Changed, result.NeedsRestart));
        Assert.Equal(2, result.Steps.Count);
    }

    [Fact]
    public void How_a_driver_was_started_has_to_be_known_or_given()
    {
        using RecordedHost host = Disabled(string.Empty, Add("Start", "3"));

        Assert.Equal("StartUnknown", Acting.Guard(Acting.Plan("enable-driver", host, ("driver", "contosonet"))));
        Assert.Equal("Manual", Acting.Do("enable-driver", host, ("driver", "contosonet"), ("start", "manual")).Output<string>("start"));
        Assert.Throws<PlaybookException>(() => Acting.Plan("enable-driver", host, ("driver", "contosonet"), ("start", "sometimes")));
    }

    [Fact]
    public void A_driver_that_is_enabled_is_left_so()
    {
        using RecordedHost host = Recordings.Host("off-english-built");

        Assert.False(Acting.Do("enable-driver", host, ("driver", "contosonet")).Changed);
    }

    [Fact]
    public void A_change_that_the_machine_refuses_is_an_error()
    {
        using RecordedHost host = Host("off-english-built", new RecordedProgram("reg.exe", "add", Key, "/v", "KernelFaultStart", "/t", "REG_DWORD", "/d", "3", "/f") { ExitCode = 1, Error = "Zugriff verweigert"u8.ToArray() });

        Assert.Contains("Zugriff verweigert", Assert.Throws<HostException>(() => Acting.Do("disable-driver", host, ("driver", "contosonet"))).Message);
    }

    [Fact]
    public void A_driver_of_a_Windows_that_does_not_start_is_disabled_in_its_hive_and_enabled_again()
    {
        using var windows = new OfflineWindows(Hive());
        using var host = new OfflineWindowsHost(windows.Folder);

        ActionResult off = Offline("disable-driver", host, ("driver", "contoso.sys"));

        Assert.Equal(("contosonet", "System", false), (off.Output<string>("service"), off.Output<string>("previousStart"), off.NeedsRestart));
        Assert.Equal(4u, Start(host));
        Assert.Single(Directory.GetFiles(windows.Config, "*.bak"));
        Assert.False(Offline("disable-driver", host, ("driver", "contosonet")).Changed);

        Assert.Equal("System", Offline("enable-driver", host, ("driver", "contosonet"), ("start", off.Output<string>("previousStart"))).Output<string>("start"));
        Assert.Equal(1u, Start(host));
        Assert.Equal("DriverNotFound", Acting.Guard(Acting.Find("disable-driver").Plan(Acting.Context("disable-driver", host, inputs: ("driver", "gone")), CancellationToken.None)));
    }

    private static ulong? Start(OfflineWindowsHost host) => new HostRegistry(host).Read([new RegistryQuery(Key)], CancellationToken.None).Value(Key, "Start")?.Number;

    private static ActionResult Offline(string name, OfflineWindowsHost host, params (string, object?)[] inputs) =>
        Acting.Execute(name, Acting.Find(name).Plan(Acting.Context(name, host, inputs: inputs), CancellationToken.None));

    private static byte[] Hive() => new HiveBuilder().Build(new HiveBuilder.Node(
        "ROOT",
        new HiveBuilder.Node("ControlSet001", new HiveBuilder.Node("Services", new HiveBuilder.Node("contosonet")
        {
            Values = [("Type", 4, [1, 0, 0, 0]), ("Start", 4, [1, 0, 0, 0]), ("ImagePath", 2, System.Text.Encoding.Unicode.GetBytes("System32\\drivers\\contoso.sys\0"))],
        })),
        new HiveBuilder.Node("Select") { Values = [("Current", 4, [1, 0, 0, 0]), ("Default", 4, [1, 0, 0, 0]), ("Failed", 4, [0, 0, 0, 0]), ("LastKnownGood", 4, [1, 0, 0, 0])] }));

    private static RecordedProgram Add(string name, string data) => new("reg.exe", "add", Key, "/v", name, "/t", "REG_DWORD", "/d", data, "/f");

    private static RecordedHost Host(string name, params RecordedProgram[] programs) => new("PC1", Recordings.Load(name) with { Programs = programs });

    private static RecordedHost Disabled(string more, params RecordedProgram[] programs)
    {
        HostRecording recording = Recordings.Load("off-english-built");
        const string Manual = "{\"name\": \"contosonet\", \"values\": [{\"name\": \"Type\", \"type\": 4, \"data\": 1}, {\"name\": \"Start\", \"type\": 4, \"data\": 3}";
        string registry = recording.Scripts.Single(script => script.Name == "registry-read").Output;
        Assert.Contains(Manual, registry);
        return new RecordedHost("PC1", recording with
        {
            Programs = programs,
            Scripts = [new RecordedScript("registry-read", registry.Replace(Manual, Manual[..^2] + "4}" + more, StringComparison.Ordinal))],
        });
    }
}
