using System.Text.Json;
using KernelFault.Formats;
using KernelFault.Hosts;

namespace KernelFault.Drivers.Windows;

/// <summary>The drivers of a running Windows, as <c>windows-drivers.ps1</c> wrote them there.</summary>
/// <param name="computer">The machine, as its host names it.</param>
/// <param name="now">By which the end of a certificate is judged where no timestamp does it.</param>
internal sealed class WindowsInventory(string computer, DateTimeOffset now)
{
    private const string Format = "kernelfault-windows-drivers 1";
    private const string RemoteOptions = """{"sectionBytes":262144}""";
    private const string LocalOptions = """{"files":false}""";
    private const string UsualFolder = @"C:\Windows";
    private const int MaximumDepth = 16;
    private const int MaximumWarnings = 100;

    /// <summary>Reads the drivers in one round trip.</summary>
    /// <param name="host">A Windows with PowerShell.</param>
    /// <param name="cancellation">Ends the work at once.</param>
    /// <exception cref="HostException">The script cannot run there.</exception>
    /// <exception cref="DumpFormatException">It wrote something else.</exception>
    internal static DriverInventory Read(IHost host, CancellationToken cancellation)
    {
        bool isLocal = host.Kind == HostKind.Local;
        DateTimeOffset now = DateTimeOffset.UtcNow;
        var call = new ScriptCall("driver-inventory", HostScript.Read("Drivers.windows-drivers.ps1")) { Json = isLocal ? LocalOptions : RemoteOptions };
        DriverInventory inventory = new WindowsInventory(host.Name, now).Parse(host.RunScript(call, cancellation).Output);
        if (!isLocal)
        {
            return inventory;
        }

        string windows = Environment.GetFolderPath(Environment.SpecialFolder.Windows) is { Length: > 0 } folder ? folder : UsualFolder;
        List<string> warnings = [.. inventory.Warnings];
        return inventory with { Drivers = new LocalDriverFiles(host, now).Complete(inventory.Drivers, windows, warnings, cancellation), Warnings = warnings };
    }

    /// <summary>Reads what the script wrote.</summary>
    /// <exception cref="DumpFormatException">It is something else.</exception>
    internal DriverInventory Parse(string json)
    {
        try
        {
            using JsonDocument document = JsonDocument.Parse(json, new JsonDocumentOptions { MaxDepth = MaximumDepth });
            JsonElement root = document.RootElement;
            return root.Text("format") == Format
                ? new DriverInventory
                {
                    ComputerName = computer,
                    Source = DriverSource.Inventory,
                    Drivers = Drivers(root),
                    Warnings = (string[])[.. root.Texts("warnings").Take(MaximumWarnings)],
                }
                : throw new DumpFormatException(computer, 0, $"expected '{Format}', found something else.");
        }
        catch (Exception e) when (e is JsonException or InvalidOperationException)
        {
            // A text with half a surrogate pair in it is told by the latter.
            throw new DumpFormatException(computer, (e as JsonException)?.BytePositionInLine ?? 0, "expected JSON of the inventory script: " + PrintableText.Clean(e.Message));
        }
    }

    private List<KernelDriver> Drivers(JsonElement root)
    {
        Dictionary<string, JsonElement> keys = ByName(root, "keys", "name");
        Dictionary<string, string> packages = ByName(root, "originals", "published").ToDictionary(o => o.Key, o => o.Value.Text("package") ?? string.Empty, StringComparer.OrdinalIgnoreCase);
        Dictionary<string, string> altitudes = FilterList.Read(root.Texts("filters"));
        ILookup<string, JsonElement> devices = root.Elements("devices").Where(d => d.Text("service") is not null).ToLookup(d => d.Text("service")!, StringComparer.OrdinalIgnoreCase);
        var files = new InventoryFiles(root, now);
        var drivers = new List<KernelDriver>();
        foreach (KeyValuePair<string, JsonElement> service in ByName(root, "services", "name"))
        {
            keys.TryGetValue(service.Key, out JsonElement key);
            KernelDriver driver = Service(service.Value, key, altitudes);
            drivers.Add(files.Complete(WithPackage(driver, key, [.. devices[driver.Name]], packages)));
        }

        drivers.AddRange(root.Elements("devices").Where(IsFirmware).Select(device => Firmware(device, packages)));
        drivers.Sort((x, y) => string.CompareOrdinal(x.Name, y.Name));
        return drivers;
    }

    private static Dictionary<string, JsonElement> ByName(JsonElement root, string array, string name)
    {
        var elements = new Dictionary<string, JsonElement>(StringComparer.OrdinalIgnoreCase);
        foreach (JsonElement element in root.Elements(array))
        {
            if (element.Text(name) is { } text)
            {
                elements[text] = element;
            }
        }

        return elements;
    }

    private KernelDriver Service(JsonElement service, JsonElement key, Dictionary<string, string> altitudes)
    {
        string name = service.Text("name")!;
        string? altitude = altitudes.TryGetValue(name, out string? loaded) ? loaded : key.Text("altitude") is { } written && FilterList.IsAltitude(written) ? written : null;
        return new KernelDriver
        {
            Name = name,
            ComputerName = computer,
            Source = DriverSource.Inventory,
            Kind = altitude is not null ? KernelDriverKind.Minifilter : service.Text("type") is "File System Driver" or "Recognizer Driver" ? KernelDriverKind.FileSystem : KernelDriverKind.Driver,
            DisplayName = IndirectText.Of(service.Text("displayName")),
            Description = IndirectText.Of(service.Text("description")),
            Path = service.Text("path"),
            State = ServiceWords.State(service.Text("state")),
            StartType = key.Number("start") is >= 0 and <= 4 and { } start ? (DriverStartType)start : ServiceWords.StartType(service.Text("startMode")),
            Altitude = altitude,
            LoadOrderGroup = key.Text("group"),
            Dependencies = (string[])[.. key.Texts("needs")],
        };
    }

    private static KernelDriver WithPackage(KernelDriver driver, JsonElement key, JsonElement[] devices, Dictionary<string, string> packages)
    {
        KernelDriver served = driver with { Devices = (DriverDevice[])[.. devices.Select(device => new DriverDevice(device.Text("name"), device.Text("id") ?? string.Empty))] };
        if (devices.Length == 0)
        {
            return key.Text("owner") is { } owner ? Named(served, owner, packages) : served;
        }

        return Packaged(served, devices[0], packages);
    }

    private static KernelDriver Packaged(KernelDriver driver, JsonElement device, Dictionary<string, string> packages)
    {
        KernelDriver packaged = driver with
        {
            Class = device.Text("class"),
            Provider = device.Text("provider"),
            DriverVersion = device.Text("version"),
            DriverDate = device.Time("date"),
        };
        return device.Text("inf") is { } inf ? Named(packaged, inf, packages) : packaged;
    }

    private static KernelDriver Named(KernelDriver driver, string inf, Dictionary<string, string> packages)
    {
        int end = packages.TryGetValue(inf, out string? package) ? package.IndexOf(".inf_", StringComparison.OrdinalIgnoreCase) : -1;
        bool isRenamed = inf.StartsWith("oem", StringComparison.OrdinalIgnoreCase) && inf.Length > 3 && char.IsDigit(inf[3]);
        return driver with { PublishedName = inf, InfName = end >= 0 ? package!.Substring(0, end + 4) : isRenamed ? null : inf };
    }

    private static bool IsFirmware(JsonElement device) => string.Equals(device.Text("class"), "FIRMWARE", StringComparison.OrdinalIgnoreCase);

    private KernelDriver Firmware(JsonElement device, Dictionary<string, string> packages) => Packaged(
        new KernelDriver
        {
            Name = device.Text("name") ?? device.Text("id") ?? "firmware",
            ComputerName = computer,
            Source = DriverSource.Inventory,
            Kind = KernelDriverKind.Firmware,
            Devices = [new DriverDevice(device.Text("name"), device.Text("id") ?? string.Empty)],
        },
        device,
        packages);
}
