using KernelFault.Formats.Registry;

namespace KernelFault.Drivers.Offline;

// Services\NAME: Type (1 kernel driver, 2 file system, 8 recognizer; 0x10 and above are programs), Start, Group, ImagePath, DisplayName,
// Description, DependOnService, Owners (the INFs that installed it). A minifilter has Instances\DefaultInstance and, in the key of that name,
// Altitude; since Windows 11 24H2 they may be below Parameters.

/// <summary>The drivers among the services of a SYSTEM hive.</summary>
internal static class ServiceKeys
{
    private const ulong KernelDriver = 1;
    private const ulong FileSystemDriver = 2;
    private const ulong Recognizer = 8;
    private const int MaximumServices = 64 * 1024;

    /// <summary>The control set that the machine used last.</summary>
    /// <exception cref="Formats.DumpFormatException">The hive has no control set.</exception>
    internal static HiveKey CurrentControlSet(HiveFile hive, ICollection<string> warnings)
    {
        if (ControlSet.Current(hive) is { } current)
        {
            return current;
        }

        HiveKey? first = hive.Root.SubKeys.FirstOrDefault(key => key.Name.StartsWith("ControlSet", StringComparison.OrdinalIgnoreCase));
        warnings.Add("The hive does not say which control set is current; the first one is read.");
        return first ?? throw new Formats.DumpFormatException(hive.Path, 0, "expected a SYSTEM hive, found no control set in it.");
    }

    /// <summary>The drivers, in the order of the hive, which is that of their names.</summary>
    internal static IEnumerable<KernelDriver> Read(HiveKey controlSet, string computer, string windows)
    {
        foreach (HiveKey service in (controlSet.SubKey("Services")?.SubKeys ?? []).Take(MaximumServices))
        {
            if (service.Value("Type")?.Number is KernelDriver or FileSystemDriver or Recognizer)
            {
                yield return Driver(service, computer, windows);
            }
        }
    }

    private static KernelDriver Driver(HiveKey service, string computer, string windows)
    {
        string? altitude = Altitude(service.SubKey("Instances")) ?? Altitude(service.Find(@"Parameters\Instances"));
        ulong type = service.Value("Type")!.Number!.Value;
        return new KernelDriver
        {
            Name = service.Name,
            ComputerName = computer,
            Source = DriverSource.OfflineWindows,
            Kind = altitude is not null ? KernelDriverKind.Minifilter : type == KernelDriver ? KernelDriverKind.Driver : KernelDriverKind.FileSystem,
            DisplayName = IndirectText.Of(service.Value("DisplayName")?.Text),
            Description = IndirectText.Of(service.Value("Description")?.Text),
            Path = WindowsImagePath.Resolve(service.Value("ImagePath")?.Text, service.Name, windows),
            StartType = service.Value("Start")?.Number is { } start and <= 4 ? (DriverStartType)(long)start : null,
            Altitude = altitude,
            LoadOrderGroup = IndirectText.Of(service.Value("Group")?.Text),
            Dependencies = service.Value("DependOnService")?.Texts ?? [],
            PublishedName = Owner(service),
        };
    }

    private static string? Owner(HiveKey service) => service.Value("Owners")?.Texts is { Count: > 0 } owners ? owners[0] : null;

    private static string? Altitude(HiveKey? instances)
    {
        if (instances is null)
        {
            return null;
        }

        HiveKey? instance = instances.Value("DefaultInstance")?.Text is { Length: > 0 } name ? instances.SubKey(name) : null;
        string? altitude = (instance ?? instances.SubKeys.FirstOrDefault())?.Value("Altitude")?.Text?.Trim();
        return string.IsNullOrEmpty(altitude) ? null : altitude;
    }
}
