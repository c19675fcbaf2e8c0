using System.Text;
using KernelFault.Hosts;
using KernelFault.Servicing;

namespace KernelFault.Tests.Servicing;

// The layout of bcdedit is that of the captures of a Chinese Windows; German and English ones are built after it.
public class BootModeChangeTests
{
    private const string Loader = "{1111aaaa-ef4f-11ee-9082-dc6136afd40b}";
    private const string Copy = "{2222bbbb-ef4f-11ee-9082-dc6136afd40b}";

    private static readonly (string Title, string Identifier)[] s_languages =
    [
        ("Windows Boot Loader", "identifier"), ("Windows-Startladeprogramm", "Bezeichner"), ("Windows 启动加载器", "标识符"), ("Chargeur de démarrage Windows", "identificateur"),
    ];

    public static TheoryData<int> Languages => [0, 1, 2, 3];

    [SkippableFact]
    public void Reads_the_entries_of_a_real_boot_configuration()
    {
        IReadOnlyList<BootEntry> entries = BootEntry.Parse(ProgramText.Decode(File.ReadAllBytes(Corpus.File("captures/windows/bcdedit.txt")), "936"));

        Assert.Equal(["{bootmgr}", "{current}"], entries.Select(entry => entry.Id).Take(2));
        Assert.Equal("Windows 10", entries[1].Value("description"));
        Assert.Equal("\\Windows", entries[1].Value("systemroot"));
        Assert.Null(entries[1].Value("safeboot"));
    }

    [Theory]
    [MemberData(nameof(Languages))]
    public void Safe_mode_once_is_a_copy_of_the_entry_that_the_boot_manager_starts_once(int language)
    {
        RecordedHost host = Host(
            [Entry(language, Loader)],
            [Entry(language, Loader)],
            Manager(language),
            Done("/copy", "{current}", "/d", BootModeChange.Description) with { Output = Encoding.UTF8.GetBytes($"Der Eintrag wurde erfolgreich in {Copy} kopiert.\r\n") },
            Done("/set", Copy, "safeboot", "network"),
            Done("/bootsequence", Copy));
        HostPlan<BootModeResult> plan = new BootModeChange(SafeMode.Network, persistent: false).Plan(host, default);

        Assert.Equal(
            ["Run bcdedit.exe /copy {current} /d \"Safe Mode (KernelFault)\"", "Run bcdedit.exe /set \"{the new entry}\" safeboot network", "Run bcdedit.exe /bootsequence \"{the new entry}\""],
            plan.Steps);
        Assert.DoesNotContain(host.Calls, call => call.Arguments[0] != "/enum");
        Assert.Contains(plan.Warnings, warning => warning.Contains("Set-BootMode -SafeMode Off"));

        BootModeResult result = plan.Execute(new Progress<HostProgress>(), force: false, default);

        Assert.Equal([0, 0, 0], result.Steps.Select(step => step.ExitCode!.Value));
        Assert.Equal(SafeMode.Off, result.Before);
    }

    [Theory]
    [MemberData(nameof(Languages))]
    public void Off_takes_the_copy_and_the_order_to_start_it_away(int language)
    {
        RecordedHost host = Host(
            [Entry(language, Loader)],
            [Entry(language, Loader), Entry(language, Copy, BootModeChange.Description, "Minimal")],
            Manager(language, Copy));

        Assert.Equal(
            ["Run bcdedit.exe /deletevalue {bootmgr} bootsequence", $"Run bcdedit.exe /delete {Copy} /cleanup"],
            new BootModeChange(SafeMode.Off, persistent: false).Plan(host, default).Steps);
    }

    [Fact]
    public void Off_where_nothing_is_set_does_nothing()
    {
        HostPlan<BootModeResult> plan = new BootModeChange(SafeMode.Off, persistent: false).Plan(Host([Entry(1, Loader)], [Entry(1, Loader)], Manager(1)), default);

        Assert.Empty(plan.Steps);
        Assert.Empty(plan.Warnings);
        BootModeResult result = plan.Execute(new Progress<HostProgress>(), force: false, default);
        Assert.Equal((SafeMode.Off, SafeMode.Off, false), (result.Before, result.After, result.IsPersistent));
        Assert.Empty(result.Steps);
    }

    [Fact]
    public void What_was_asked_for_twice_is_done_once()
    {
        RecordedHost host = Host([Entry(0, Loader)], [Entry(0, Loader), Entry(0, Copy, BootModeChange.Description, "Minimal")], Manager(0, Copy));

        HostPlan<BootModeResult> plan = new BootModeChange(SafeMode.Minimal, persistent: false).Plan(host, default);

        Assert.Empty(plan.Steps);
        Assert.Equal(SafeMode.Minimal, plan.Execute(new Progress<HostProgress>(), force: false, default).After);
        Assert.Equal([$"Run bcdedit.exe /set {Copy} safeboot network"], new BootModeChange(SafeMode.Network, persistent: false).Plan(host, default).Steps);
    }

    [Fact]
    public void Persistent_sets_the_entry_itself_and_off_takes_it_back()
    {
        Assert.Equal(
            ["Run bcdedit.exe /set {current} safeboot minimal"],
            new BootModeChange(SafeMode.Minimal, persistent: true).Plan(Host([Entry(0, Loader)], [Entry(0, Loader)], Manager(0)), default).Steps);
        RecordedHost host = Host([Entry(0, Loader, safeBoot: "Minimal")], [Entry(0, Loader, safeBoot: "Minimal")], Manager(0));
        Assert.Empty(new BootModeChange(SafeMode.Minimal, persistent: true).Plan(host, default).Steps);
        Assert.Equal(["Run bcdedit.exe /deletevalue {current} safeboot"], new BootModeChange(SafeMode.Off, persistent: false).Plan(host, default).Steps);
    }

    [Fact]
    public void In_the_safe_mode_itself_the_next_start_is_a_normal_one_and_the_entry_in_use_stays()
    {
        string copy = Entry(0, Copy, BootModeChange.Description, "Minimal");
        HostPlan<BootModeResult> plan = new BootModeChange(SafeMode.Off, persistent: false).Plan(Host([copy], [Entry(0, Loader), copy], Manager(0)), default);

        Assert.Empty(plan.Steps);
        Assert.Equal(SafeMode.Off, plan.Execute(new Progress<HostProgress>(), force: false, default).Before);
    }

    [Fact]
    public void A_copy_that_cannot_be_finished_is_taken_away()
    {
        RecordedHost host = Host(
            [Entry(0, Loader)],
            [Entry(0, Loader)],
            Manager(0),
            Done("/copy", "{current}", "/d", BootModeChange.Description) with { Output = Encoding.UTF8.GetBytes(Copy) },
            Done("/set", Copy, "safeboot", "minimal") with { ExitCode = 1 },
            Done("/delete", Copy, "/cleanup"));

        Assert.Throws<HostException>(() => new BootModeChange(SafeMode.Minimal, persistent: false).Plan(host, default).Execute(new Progress<HostProgress>(), force: false, default));

        Assert.Equal(["/delete", Copy, "/cleanup"], host.Calls[^1].Arguments);
    }

    [Fact]
    public void Asks_nothing_of_who_may_not_change_it()
    {
        RecordedHost host = Host([], [], string.Empty, elevated: false);

        Assert.Equal("NotElevated", new BootModeChange(SafeMode.Minimal, persistent: false).Plan(host, default).Guards[0].Id);
        Assert.Empty(host.Calls);
    }

    private static string Entry(int language, string id, string description = "Windows 10", string? safeBoot = null) =>
        $"\r\n{s_languages[language].Title}\r\n{new string('-', s_languages[language].Title.Length)}\r\n{s_languages[language].Identifier,-24}{id}\r\n"
        + $"device                  partition=C:\r\ndescription             {description}\r\n" + (safeBoot is null ? string.Empty : $"safeboot                {safeBoot}\r\n") + "nx                      OptIn\r\n";

    private static string Manager(int language, string? once = null) =>
        $"\r\nWindows Boot Manager\r\n--------------------\r\n{s_languages[language].Identifier,-24}{{9dea862c-5cdd-4e70-acc1-f32b344d4795}}\r\ndisplayorder            {Loader}\r\n                        {{3333cccc-ef4f-11ee-9082-dc6136afd40b}}\r\n"
        + (once is null ? string.Empty : $"bootsequence            {once}\r\n") + "timeout                 30\r\n";

    private static RecordedProgram Done(params string[] arguments) => new("bcdedit.exe", arguments);

    private static RecordedHost Host(string[] current, string[] loaders, string manager, params RecordedProgram[] programs) => Host(current, loaders, manager, true, programs);

    private static RecordedHost Host(string[] current, string[] loaders, string manager, bool elevated, params RecordedProgram[] programs) => new("srv1", new HostRecording
    {
        Facts = new HostFacts
        {
            ComputerName = "SRV1", Platform = HostPlatform.Windows, OperatingSystem = "Windows Server 2022 Standard", Version = "10.0.20348", Build = "20348.1", Architecture = "x64",
            IsElevated = elevated, PowerShellVersion = "5.1", BootTime = null, PendingRestart = [],
        },
        Programs =
        [
            Done("/enum", "{current}", "/v") with { Output = Encoding.UTF8.GetBytes(string.Concat(current)) },
            Done("/enum", "osloader", "/v") with { Output = Encoding.UTF8.GetBytes(string.Concat(loaders)) },
            Done("/enum", "{bootmgr}", "/v") with { Output = Encoding.UTF8.GetBytes(manager) },
            .. programs,
        ],
    });
}
