using System.Text;
using KernelFault.Hosts;
using KernelFault.Playbooks;
using KernelFault.Playbooks.Actions;
using static KernelFault.Tests.Playbooks.Actions.LinuxActing;

namespace KernelFault.Tests.Playbooks.Actions;

public sealed class ModuleActionTests
{
    private const string Path = "/etc/modprobe.d/kernelfault-acme_net.conf";
    private const string Content = """
        # Written by KernelFault to keep the module acme_net out. The playbook action unblacklist-module takes it back.
        blacklist acme_net
        blacklist acme-net
        install acme_net /bin/false
        install acme-net /bin/false

        """;

    private static readonly string[] s_loaded =
    [
        "module|acme_net 0 -", "module|ext4 1 -", "module|jbd2 1 ext4,", "file|/lib/modules/6.1.0-18-amd64/updates/acme-net.ko", "version|2.5.1", "root|ext4", "network|virtio_net", "tool|update-initramfs",
        "image|/boot/initrd.img-6.1.0-18-amd64 1000", "listed|yes",
    ];

    private static readonly string[] s_written = [.. Content.TrimEnd().Split('\n').Select(line => "line|" + line).Prepend($"own|{Path} 2000"), "config|blacklist acme_net", "config|install acme_net /bin/false", "configured|" + Path];

    [Fact]
    public void Says_how_a_module_stands()
    {
        using RecordedHost host = Host(State("acme_net", true, [.. s_loaded, "boot|/etc/modules-load.d/acme.conf", "dependent|acme-fs", "contained|yes"]));

        ActionResult result = Do("get-module-state", host, ("name", "acme-net"));

        Assert.Equal((true, true, false, false, true, "2.5.1"), ((bool)result.Outputs["loaded"]!, (bool)result.Outputs["available"]!, (bool)result.Outputs["builtIn"]!, (bool)result.Outputs["blacklisted"]!, (bool)result.Outputs["inInitramfs"]!, (string)result.Outputs["version"]!));
        Assert.Equal("/etc/modules-load.d/acme.conf", Assert.Single((IReadOnlyList<object?>)result.Outputs["loadedAtBoot"]!));
        Assert.False(result.Changed);
    }

    [Fact]
    public void An_initramfs_that_nobody_could_read_is_not_known()
    {
        using RecordedHost host = Host(State("acme_net", true, "file|"));

        ActionResult result = Do("get-module-state", host, ("name", "acme_net"));

        Assert.Null(result.Outputs["inInitramfs"]);
        Assert.Equal(false, result.Outputs["available"]);
    }

    [Fact]
    public void Blacklists_by_a_file_and_leaves_an_initramfs_alone_that_does_not_hold_the_module()
    {
        using RecordedHost host = Host(State("acme_net", true, s_loaded), State("acme_net", false, [.. s_loaded, .. s_written]), Done("mkdir", "-p", "/etc/modprobe.d"));
        HostPlan<ActionResult> plan = Plan("blacklist-module", host, ("name", "acme_net"));

        Assert.Equal(["Write " + Path], plan.Steps);
        ActionResult result = Checked("blacklist-module", Do(plan));

        Assert.Equal((Path, false, false, true), ((string)result.Outputs["path"]!, (bool)result.Outputs["wasBlacklisted"]!, (bool)result.Outputs["initramfsRebuilt"]!, (bool)result.Outputs["needsRestart"]!));
        Assert.Equal((true, true, null), (result.Changed, result.NeedsRestart, result.Failure));
        Assert.Equal(Content, Encoding.UTF8.GetString(host.ReadFile(Path, 10000, default)));
    }

    [Fact]
    public void An_initramfs_that_holds_it_or_may_is_made_anew()
    {
        using RecordedHost host = Host(State("acme_net", true, [.. s_loaded, "contained|yes"]), State("acme_net", false, s_written), Done("mkdir", "-p", "/etc/modprobe.d"), Done("update-initramfs", "-u", "-k", "all"));
        HostPlan<ActionResult> plan = Plan("blacklist-module", host, ("name", "acme_net"));

        Assert.Equal(["Write " + Path, "Run update-initramfs -u -k all"], plan.Steps);
        Assert.Equal(true, Do(plan).Outputs["initramfsRebuilt"]);
        using RecordedHost unknown = Host(State("acme_net", true, [.. s_loaded.Where(line => line != "listed|yes")]));
        Assert.Equal(2, Plan("blacklist-module", unknown, ("name", "acme_net")).Steps.Count);
    }

    [Fact]
    public void A_second_time_does_nothing_unless_the_initramfs_is_older_than_the_file()
    {
        using RecordedHost done = Host(State("acme_net", true, [.. s_loaded, .. s_written]));
        HostPlan<ActionResult> plan = Plan("blacklist-module", done, ("name", "acme_net"));
        Assert.Empty(plan.Steps);
        Assert.False(Do(plan).Changed);

        using RecordedHost broken = Host(State("acme_net", true, [.. s_loaded, "contained|yes", .. s_written]));
        Assert.Equal(["Run update-initramfs -u -k all"], Plan("blacklist-module", broken, ("name", "acme_net")).Steps);
        using RecordedHost whole = Host(State("acme_net", true, [.. s_loaded.Where(line => !line.StartsWith("image|", StringComparison.Ordinal)), "image|/boot/initrd.img 3000", "contained|yes", .. s_written]));
        Assert.Empty(Plan("blacklist-module", whole, ("name", "acme_net")).Steps);
    }

    [Fact]
    public void With_dracut_the_module_is_left_out_of_the_initramfs()
    {
        using RecordedHost host = Host(State("acme_net", true, [.. s_loaded.Where(line => line != "tool|update-initramfs"), "tool|dracut", "contained|yes"]));

        Assert.Equal(["Write " + Path, "Write /etc/dracut.conf.d/kernelfault-acme_net.conf", "Run dracut -f --regenerate-all"], Plan("blacklist-module", host, ("name", "acme_net")).Steps);
    }

    [Fact]
    public void A_module_that_the_root_or_the_network_stands_on_is_not_taken_out_by_force_either()
    {
        using RecordedHost host = Host(State("jbd2", true, s_loaded));

        HostPlan<ActionResult> plan = Plan("blacklist-module", host, ("name", "jbd2"));

        HostGuard guard = Assert.Single(plan.Guards);
        Assert.Equal(("ModuleCarriesMachine", false), (guard.Id, guard.CanForce));
        Assert.Contains("the root file system", guard.Text);
        Assert.Throws<HostGuardException>(() => Do(plan, force: true));
    }

    [Theory]
    [InlineData("builtin|yes")]
    [InlineData("file|(builtin)")]
    [InlineData("sysfs|yes")]
    public void A_module_that_is_built_in_is_refused(string line)
    {
        using RecordedHost host = Host(State("loop", true, line), State("loop", false, line));

        foreach (string action in new[] { "blacklist-module", "load-module", "unload-module" })
        {
            HostPlan<ActionResult> plan = Plan(action, host, ("name", "loop"));
            Assert.Contains(plan.Guards, guard => guard.Id == "ModuleBuiltIn" && !guard.CanForce);
            Assert.Throws<HostGuardException>(() => Do(plan, force: true));
        }
    }

    [Fact]
    public void Takes_back_its_own_file_and_no_other()
    {
        using RecordedHost host = Host(State("acme_net", true, [.. s_loaded, .. s_written]), State("acme_net", false, "config|blacklist acme_net", "configured|/etc/modprobe.d/local.conf"), Done("rm", "-f", "--", Path));
        HostPlan<ActionResult> plan = Plan("unblacklist-module", host, ("name", "acme_net"));

        Assert.Equal(["Remove " + Path], plan.Steps);
        ActionResult result = Checked("unblacklist-module", Do(plan));
        Assert.Equal(Path, Assert.Single((IReadOnlyList<object?>)result.Outputs["removed"]!));
        Assert.Contains("/etc/modprobe.d/local.conf", Assert.Single(result.Warnings));

        using RecordedHost nothing = Host(State("acme_net", true, [.. s_loaded, "config|blacklist acme_net"]));
        Assert.Empty(Plan("unblacklist-module", nothing, ("name", "acme_net")).Steps);
    }

    [Fact]
    public void The_initramfs_is_made_while_the_file_says_nothing_and_the_file_goes_last()
    {
        using RecordedHost host = Host(State("acme_net", true, [.. s_loaded, "contained|yes", .. s_written]), State("acme_net", false, s_loaded), Done("rm", "-f", "--", Path), Done("update-initramfs", "-u", "-k", "all"));
        HostPlan<ActionResult> plan = Plan("unblacklist-module", host, ("name", "acme_net"));

        Assert.Equal(["Empty " + Path, "Run update-initramfs -u -k all", "Remove " + Path], plan.Steps);
        Assert.True(Do(plan).Changed);
        Assert.Equal(["WriteFile " + Path, "Run update-initramfs -u -k all", "Run rm -f -- " + Path], Commands(host));
    }

    [Fact]
    public void Loads_by_modprobe_or_a_file_by_insmod_with_parameters_one_by_one()
    {
        string[] absent = ["file|/lib/modules/6.1.0-18-amd64/updates/acme-net.ko"];
        using RecordedHost host = Host(State("acme_net", false, absent), State("acme_net", false, s_loaded), Done("modprobe", "acme_net", "debug=1", "path=/a,b"));
        ActionResult result = Do("load-module", host, ("name", "acme-net"), ("parameters", PlaybookValue.Map(("debug", 1), ("path", "/a,b"))));
        Assert.Equal((true, true, false), (result.Changed, (bool)result.Outputs["loaded"]!, (bool)result.Outputs["wasLoaded"]!));

        using RecordedHost file = Host(State("acme_net", false, "file|"));
        Assert.Equal(["Run insmod \"/opt/acme 2/acme-net.ko\" debug=1"], Plan("load-module", file, ("name", "acme_net"), ("file", "/opt/acme 2/acme-net.ko"), ("parameters", PlaybookValue.Map(("debug", 1)))).Steps);
        Assert.Equal("ModuleNotFound", Assert.Single(Plan("load-module", file, ("name", "acme_net")).Guards).Id);
        using RecordedHost blocked = Host(State("acme_net", false, [.. absent, .. s_written]));
        Assert.Equal("ModuleBlacklisted", Assert.Single(Plan("load-module", blocked, ("name", "acme_net")).Guards).Id);
        using RecordedHost there = Host(State("acme_net", false, s_loaded));
        Assert.Empty(Plan("load-module", there, ("name", "acme_net")).Steps);
    }

    [Fact]
    public void Says_what_would_be_unloaded_and_what_uses_it()
    {
        var said = new RecordedProgram("modprobe", "-n", "-v", "-r", "acme_net") { Output = Encoding.ASCII.GetBytes("rmmod acme_net\nrmmod acme_core\n") };
        using RecordedHost host = Host(State("acme_net", false, s_loaded), State("acme_net", false, "file|x"), said, Done("modprobe", "-r", "acme_net"));
        HostPlan<ActionResult> plan = Plan("unload-module", host, ("name", "acme_net"));

        Assert.Equal(["Run modprobe -r acme_net", "Unload acme_net", "Unload acme_core"], plan.Steps);
        Assert.Null(Do(plan).Failure);
        using RecordedHost used = Host(State("acme_net", false, "module|acme_net 1 acme_fs,", "file|x"));
        HostGuard guard = Assert.Single(Plan("unload-module", used, ("name", "acme_net")).Guards);
        Assert.Equal("ModuleInUse", guard.Id);
        Assert.Contains("acme_fs", guard.Text);
    }

    [Theory]
    [InlineData("-r")]
    [InlineData("a b")]
    [InlineData("a;reboot")]
    [InlineData("../x")]
    [InlineData("$(reboot)")]
    [InlineData("a\nb")]
    [InlineData("acme\n")]
    [InlineData("")]
    [InlineData("aaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaa")]
    public void What_is_no_name_of_a_module_never_reaches_the_machine(string name)
    {
        using RecordedHost host = Host();

        foreach (string action in new[] { "get-module-state", "load-module", "unload-module", "blacklist-module", "unblacklist-module" })
        {
            Assert.Throws<PlaybookException>(() => Plan(action, host, ("name", name)));
        }

        Assert.Throws<PlaybookException>(() => Plan("load-module", host, ("name", "a"), ("parameters", PlaybookValue.Map(("x", name + " y\"")))));
        Assert.Throws<PlaybookException>(() => Plan("load-module", host, ("name", "a"), ("file", "/tmp/" + name + "\n")));
        Assert.Empty(host.Calls);
    }
}
