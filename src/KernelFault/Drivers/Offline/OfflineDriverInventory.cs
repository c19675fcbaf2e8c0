using KernelFault.Formats;
using KernelFault.Formats.Pe;
using KernelFault.Formats.Registry;
using KernelFault.Hosts;

namespace KernelFault.Drivers.Offline;

/// <summary>The drivers of a Windows that is not running: its registry says which, its files what they are.</summary>
/// <param name="host">The Windows; nothing is run there.</param>
internal sealed class OfflineDriverInventory(IHost host)
{
    private const string SystemRoot = @"\SystemRoot";
    private const string UsualFolder = @"C:\Windows";
    private const string SystemHive = @"\System32\config\SYSTEM";

    private const long MaximumDriver = 512L * 1024 * 1024;

    private readonly WindowsDriverFile _file = new(DateTimeOffset.UtcNow);
    private readonly List<string> _warnings = [];

    /// <summary>Reads the drivers.</summary>
    /// <param name="cancellation">Ends the work at once.</param>
    /// <exception cref="HostException">The hive cannot be read.</exception>
    internal DriverInventory Read(CancellationToken cancellation)
    {
        string windows = host.FindFile(SystemRoot, cancellation)?.Path ?? UsualFolder;
        string path = windows + SystemHive;
        List<KernelDriver> drivers;
        try
        {
            using HiveFile hive = HiveFile.Read(OfflineHive.Read(host, path, out string? warning, cancellation), path);
            _warnings.AddRange(warning is null ? [] : [warning]);
            drivers = ReadRegistry(hive, windows, cancellation);
            _warnings.AddRange(hive.Warnings);
        }
        catch (DumpFormatException e)
        {
            throw new HostException(host.Name, HostErrorKind.Failed, $"'{path}' cannot be read: {e.Expected ?? e.Message}", e);
        }
        catch (HiveDirtyException e)
        {
            throw new HostException(host.Name, HostErrorKind.Failed, e.Message, e);
        }

        for (int i = 0; i < drivers.Count; i++)
        {
            cancellation.ThrowIfCancellationRequested();
            drivers[i] = WithFile(drivers[i], cancellation);
        }

        return new DriverInventory
        {
            ComputerName = host.Name,
            Source = DriverSource.OfflineWindows,
            Drivers = _file.WithCatalogs(drivers, host, windows, _warnings, cancellation),
            Warnings = _warnings,
        };
    }

    private List<KernelDriver> ReadRegistry(HiveFile hive, string windows, CancellationToken cancellation)
    {
        HiveKey controlSet = ServiceKeys.CurrentControlSet(hive, _warnings);
        var packages = new DriverPackages(hive);
        var devices = new EnumeratedDevices(controlSet, _warnings, cancellation);
        var drivers = new List<KernelDriver>();
        foreach (KernelDriver service in ServiceKeys.Read(controlSet, host.Name, windows))
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
        Warnings = (string[])[.. driver.Warnings, warning],
    };
}
