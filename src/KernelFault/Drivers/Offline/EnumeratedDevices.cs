using System.Globalization;
using KernelFault.Formats.Registry;

namespace KernelFault.Drivers.Offline;

// Enum\BUS\DEVICE\INSTANCE: Service (its function driver), UpperFilters and LowerFilters, FriendlyName or DeviceDesc, ClassGUID, and Driver:
// the key below Control\Class with InfPath, ProviderName, DriverVersion and DriverDateData (FILETIME; DriverDate is the same as M-D-YYYY).

/// <summary>The devices of a Windows that is not running, and which service drives each.</summary>
internal sealed class EnumeratedDevices
{
    private const int MaximumDevices = 100_000;

    private readonly HiveKey? _classes;
    private readonly Dictionary<string, List<(DriverDevice Device, HiveKey Key)>> _byService = new(StringComparer.OrdinalIgnoreCase);
    private readonly Dictionary<string, HiveKey> _classKeys = new(StringComparer.OrdinalIgnoreCase);

    internal EnumeratedDevices(HiveKey controlSet, ICollection<string> warnings, CancellationToken cancellation)
    {
        _classes = controlSet.Find(@"Control\Class");
        foreach (HiveKey key in _classes?.SubKeys ?? [])
        {
            _classKeys[key.Name] = key;
        }

        int count = 0;
        foreach (HiveKey bus in controlSet.SubKey("Enum")?.SubKeys ?? [])
        {
            foreach (HiveKey device in bus.SubKeys)
            {
                cancellation.ThrowIfCancellationRequested();
                foreach (HiveKey instance in device.SubKeys)
                {
                    if (++count > MaximumDevices)
                    {
                        warnings.Add($"There are more than {MaximumDevices} devices; the others are left out.");
                        return;
                    }

                    Add(bus.Name + "\\" + device.Name + "\\" + instance.Name, instance);
                }
            }
        }
    }

    /// <summary>Adds a service's devices, and of the first one its package and class.</summary>
    internal KernelDriver Complete(KernelDriver driver, DriverPackages packages)
    {
        if (!_byService.TryGetValue(driver.Name, out List<(DriverDevice Device, HiveKey Key)>? devices))
        {
            return driver with { Devices = [] };
        }

        KernelDriver complete = driver with { Devices = (DriverDevice[])[.. devices.Select(d => d.Device)] };
        foreach ((_, HiveKey key) in devices)
        {
            // A filter is not what the device's own package brought.
            if (!string.Equals(key.Value("Service")?.Text, driver.Name, StringComparison.OrdinalIgnoreCase))
            {
                continue;
            }

            complete = complete with { Class = complete.Class ?? ClassName(key.Value("ClassGUID")?.Text) };
            if (DriverKey(key.Value("Driver")?.Text) is { } software && software.Value("InfPath")?.Text is { Length: > 0 } inf)
            {
                return packages.Complete(
                    complete with
                    {
                        Provider = IndirectText.Of(software.Value("ProviderName")?.Text),
                        DriverVersion = software.Value("DriverVersion")?.Text,
                        DriverDate = Date(software),
                    },
                    inf,
                    ClassName);
            }
        }

        return complete;
    }

    /// <summary>Name of a device class, such as <c>Net</c>; null when it is not known.</summary>
    internal string? ClassName(string? guid) => guid is not null && _classKeys.TryGetValue(guid.Trim(), out HiveKey? key) ? key.Value("Class")?.Text : null;

    private static DateTime? Date(HiveKey software)
    {
        byte[] data = software.Value("DriverDateData")?.ReadData() ?? [];
        if (data.Length >= 8 && HiveFile.Time(data) is { } time)
        {
            return time.UtcDateTime;
        }

        return DateTime.TryParseExact(software.Value("DriverDate")?.Text, "M-d-yyyy", CultureInfo.InvariantCulture, DateTimeStyles.AssumeUniversal | DateTimeStyles.AdjustToUniversal, out DateTime date) ? date : null;
    }

    private HiveKey? DriverKey(string? path)
    {
        string[] parts = (path ?? string.Empty).Split('\\');
        return parts.Length == 2 && _classKeys.TryGetValue(parts[0], out HiveKey? key) ? key.SubKey(parts[1]) : null;
    }

    private void Add(string id, HiveKey instance)
    {
        string? name = null;
        var services = new List<string>();
        foreach (HiveValue value in instance.Values)
        {
            switch (value.Name.ToUpperInvariant())
            {
                case "SERVICE":
                    services.Add(value.Text ?? string.Empty);
                    break;
                case "UPPERFILTERS" or "LOWERFILTERS":
                    services.AddRange((value.Texts ?? []).Take(64));
                    break;
                case "FRIENDLYNAME":
                    name = IndirectText.Of(value.Text) ?? name;
                    break;
                case "DEVICEDESC":
                    name ??= IndirectText.Of(value.Text);
                    break;
            }
        }

        foreach (string service in services.Where(s => s.Length > 0).Distinct(StringComparer.OrdinalIgnoreCase))
        {
            if (!_byService.TryGetValue(service, out List<(DriverDevice Device, HiveKey Key)>? devices))
            {
                _byService.Add(service, devices = []);
            }

            devices.Add((new DriverDevice(name, id), instance));
        }
    }
}
