using KernelFault.Formats;
using KernelFault.Formats.Pe;
using KernelFault.Formats.Registry;
using KernelFault.Hosts;

namespace KernelFault.Drivers.Offline;

/// <summary>The drivers of a Windows that is not running: its registry says which, its files what they are.</summary>
/// <param name="host">The Windows; nothing is run there.</param>
internal sealed class OfflineDriverInventory(IHost host)
{
    /// <summary>Where hosts show the Windows folder of an offline machine, whatever letter it had.</summary>
    internal const string WindowsFolder = @"C:\Windows";

    private const string SystemHive = WindowsFolder + @"\System32\config\SYSTEM";
    private const long MaximumHive = 1024L * 1024 * 1024;
    private const long MaximumDriver = 512L * 1024 * 1024;

    // Catalogues of drivers; the folder beside it is for other programs.
    private static readonly string[] CatalogFolders = [WindowsFolder + @"\System32\CatRoot\{F750E6C3-38EE-11D1-85E5-00C04FC295EE}"];

    private readonly WindowsDriverFile _file = new(DateTimeOffset.UtcNow);
    private readonly List<string> _warnings = [];

    /// <summary>Reads the drivers.</summary>
    /// <param name="cancellation">Ends the work at once.</param>
    /// <exception cref="HostException">The hive cannot be read.</exception>
    internal DriverInventory Read(CancellationToken cancellation)
    {
        byte[] bytes = host.ReadFile(SystemHive, MaximumHive, cancellation);
        List<KernelDriver> drivers;
        try
        {
            using HiveFile hive = HiveFile.Read(bytes, SystemHive);
            drivers = ReadRegistry(hive, cancellation);
            _warnings.AddRange(hive.Warnings);
        }
        catch (DumpFormatException e)
        {
            throw new HostException(host.Name, HostErrorKind.Failed, $"'{SystemHive}' cannot be read: {e.Expected ?? e.Message}", e);
        }

        for (int i = 0; i < drivers.Count; i++)
        {
            cancellation.ThrowIfCancellationRequested();
            drivers[i] = WithFile(drivers[i], cancellation);
        }

        string[] unsigned = [.. drivers.Where(IsUnsigned).SelectMany(driver => (string[])[driver.AuthenticodeSha256!, driver.AuthenticodeSha1!])];
        DriverCatalogs? catalogs = unsigned.Length == 0 ? null : DriverCatalogs.Read(host, CatalogFolders, unsigned, cancellation);
        _warnings.AddRange(catalogs?.Warnings ?? []);
        return new DriverInventory
        {
            ComputerName = host.Name,
            Source = DriverSource.OfflineWindows,
            Drivers = [.. drivers.Select(driver => IsUnsigned(driver) ? _file.WithCatalogs(driver, catalogs) : driver)],
            Warnings = _warnings,
        };
    }

    private static bool IsUnsigned(KernelDriver driver) => driver.Signature is { Status: DriverSignatureStatus.Unsigned } && driver.AuthenticodeSha256 is not null;

    private List<KernelDriver> ReadRegistry(HiveFile hive, CancellationToken cancellation)
    {
        HiveKey controlSet = ServiceKeys.CurrentControlSet(hive, _warnings);
        var packages = new DriverPackages(hive);
        var devices = new EnumeratedDevices(controlSet, _warnings, cancellation);
        var drivers = new List<KernelDriver>();
        foreach (KernelDriver service in ServiceKeys.Read(controlSet, host.Name, WindowsFolder))
        {
            cancellation.ThrowIfCancellationRequested();
            KernelDriver driver = devices.Complete(service with { PublishedName = null }, packages);
            drivers.Add(driver.PublishedName is null && service.PublishedName is { } owner ? packages.Complete(driver, owner, devices.ClassName) : driver);
        }

        return drivers;
    }

    private KernelDriver WithFile(KernelDriver driver, CancellationToken cancellation)
    {
        try
        {
            if (host.FindFile(driver.Path!, cancellation) is not { IsFolder: false })
            {
                return Without(driver, "Its file is not there.");
            }

            using PeImage image = PeImage.Read(host.ReadFile(driver.Path!, MaximumDriver, cancellation), driver.Path!);
            return _file.Complete(driver, image);
        }
        catch (DumpFormatException e)
        {
            return Without(driver, "Its file is no image: " + PrintableText.Clean(e.Expected ?? e.Message));
        }
        catch (HostException e) when (e.Kind is not (HostErrorKind.Unreachable or HostErrorKind.Refused))
        {
            return Without(driver, "Its file cannot be read: " + PrintableText.Clean(e.Message));
        }
    }

    // Without its file, a package of another maker is what tells that it is not Microsoft's.
    private static KernelDriver Without(KernelDriver driver, string warning) => driver with
    {
        IsThirdParty = driver.Provider is { } provider && DriverOrigin.IsThirdParty(provider, null, null, wereCatalogsSearched: false) == true ? true : null,
        Warnings = [.. driver.Warnings, warning],
    };
}
