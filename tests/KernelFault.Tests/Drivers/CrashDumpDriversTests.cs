using KernelFault.Analysis;
using KernelFault.Drivers;
using KernelFault.Tests.Builders;
using KernelFault.Tests.Unwinding;

namespace KernelFault.Tests.Drivers;

/// <summary>Drivers of crash files, as the type of those of machines.</summary>
public sealed class CrashDumpDriversTests
{
    [Fact]
    public void A_dump_of_windows_gives_loaded_and_unloaded_drivers()
    {
        using var folder = new TemporaryFolder();
        string path = folder.Write("crash.dmp", SyntheticCrashes.NetworkDriverWritesNull().Build());

        IReadOnlyList<KernelDriver> drivers = CrashDumpDrivers.Read(path);

        KernelDriver contoso = drivers.Single(driver => driver.Name == "contosonet");
        Assert.Equal((path, DriverSource.CrashDump, KernelDriverKind.Driver, KernelDriverState.Running), (contoso.ComputerName, contoso.Source, contoso.Kind, contoso.State));
        Assert.NotNull(contoso.BaseAddress);
        Assert.NotNull(contoso.TimeDateStamp);
        Assert.True(contoso.IsThirdParty);
        Assert.Equal(KernelDriverState.Unloaded, drivers.Single(driver => driver.Name == "hwpolicy").State);
        Assert.False(drivers.Single(driver => driver.Name == "ntoskrnl").IsThirdParty);
        Assert.Null(drivers.Single(driver => driver.Name == "dump_stornvm").IsThirdParty);
    }

    [SkippableFact]
    public void A_vmcore_gives_its_modules_with_what_they_were_loaded_with()
    {
        IReadOnlyList<KernelDriver> drivers = CrashDumpDrivers.Read(Corpus.File("corpus/linux/null_deref/vmcore"));

        KernelDriver faults = drivers.Single(driver => driver.Name == "kf_faults");
        Assert.Equal((KernelDriverKind.Module, "OE", true, KernelDriverState.StartPending), (faults.Kind, faults.Taint, faults.IsThirdParty, faults.State));
        // The kernel cuts its arguments apart where they lie: what stood behind the first sign is gone.
        Assert.Contains(new DriverParameter("fault", null), faults.Parameters!);
        Assert.DoesNotContain(drivers, driver => driver.Name == "vmlinux");
        Assert.Null(faults.PdbId);
    }
}
