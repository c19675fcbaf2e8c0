using System.Text;
using KernelFault.Drivers;
using KernelFault.Hosts;
using KernelFault.Tests.Formats.Pe;
using KernelFault.Tests.Hosts;
using KernelFault.Tests.Unwinding;

namespace KernelFault.Tests.Drivers;

/// <summary>Drivers through the hosts themselves: this machine, a real ssh server on it, a folder, and a recording.</summary>
public sealed class DriverHostTests(SshServer server) : IClassFixture<SshServer>
{
    [SkippableFact]
    public void This_machine_and_this_machine_over_ssh_have_the_same_drivers()
    {
        Skip.IfNot(Directory.Exists("/sys/module"), "The kernel shows no modules.");
        using OpenSshHost remote = server.Connect();
        using var local = new LocalHost();

        DriverInventory there = DriverInventory.Read(remote, CancellationToken.None);
        DriverInventory here = DriverInventory.Read(local, CancellationToken.None);

        Assert.NotEmpty(here.Drivers);
        Assert.Equal(server.Name, there.ComputerName);
        Assert.Equal(here.Drivers.Select(Facts), there.Drivers.Select(Facts));
    }

    [SkippableFact]
    public void A_folder_of_a_windows_is_read_in_place()
    {
        using var folder = new TemporaryFolder();
        string packed = Corpus.File("corpus/hives/SYSTEM_WIN_10_1709.xz");
        folder.Write("windows/System32/config/system", [.. KernelFault.Formats.Compression.PackedFile.Expand(File.ReadAllBytes(packed), packed, 64 * 1024 * 1024)]);
        folder.Write("windows/System32/DRIVERS/acpi.sys", File.ReadAllBytes(TestDriver.Build("good", "x86_64").Path));
        using var host = new OfflineWindowsHost(Path.Combine(folder.Path, "windows"));

        DriverInventory inventory = DriverInventory.Read(host, CancellationToken.None);

        Assert.Equal(392, inventory.Drivers.Count);
        KernelDriver acpi = inventory.Drivers.Single(driver => driver.Name == "ACPI");
        Assert.Equal(("3.1.4.159", "acpi.inf", DriverStartType.Boot), (acpi.FileVersion, acpi.InfName, acpi.StartType));
        Assert.Empty(acpi.Warnings);
    }

    [Fact]
    public void A_recording_of_a_broken_windows_is_asked_for_three_things()
    {
        using var host = new RecordedHost("srv1", new HostRecording
        {
            Facts = new FakeHost(HostPlatform.Windows, HostKind.Local) { OemCodePage = 850 }.GetFacts(CancellationToken.None),
            Scripts = [new RecordedScript("driver-inventory", string.Empty) { Failure = HostErrorKind.NotFound }],
            Programs =
            [
                new RecordedProgram("driverquery", "/v", "/fo", "csv") { Output = Capture.Read("built-driverquery-german.csv") },
                new RecordedProgram("pnputil", "/enum-drivers") { Failure = HostErrorKind.NotFound },
                new RecordedProgram("pnputil", "/e") { Output = Encoding.UTF8.GetBytes("nothing here") },
            ],
        });

        DriverInventory inventory = DriverInventory.Read(host, CancellationToken.None);

        Assert.Equal(4, host.Calls.Count);
        Assert.Equal(["srv1"], inventory.Drivers.Select(driver => driver.ComputerName).Distinct());
        Assert.Equal(DriverStartType.Boot, inventory.Drivers.Single(driver => driver.Name == "ACPI").StartType);
        Assert.Contains(inventory.Warnings, warning => warning.StartsWith("pnputil lists no driver packages", StringComparison.Ordinal));
    }

    private static string Facts(KernelDriver driver) => string.Join('|', driver.Name, driver.State, driver.Size, driver.Path, driver.FileVersion, driver.Sha256, driver.IsThirdParty, string.Join(',', driver.UsedBy ?? []));
}
