using System.Text;
using KernelFault.Drivers;
using KernelFault.Drivers.Linux;
using KernelFault.Drivers.Offline;
using KernelFault.Drivers.Windows;
using KernelFault.Formats.Registry;
using KernelFault.Tests.Builders;
using KernelFault.Tests.Drivers;

namespace KernelFault.Tests.Hostile;

/// <summary>What other machines say of their drivers: the script's JSON, comma-separated values, lists of packages, /proc and /sys.</summary>
internal static class HostileInventories
{
    internal static IReadOnlyList<HostileFormat> All { get; } =
    [
        new HostileFormat("driver inventory, JSON", Encoding.UTF8.GetBytes(Json()), Quotes(Json()), "inventory.json", path =>
            _ = new WindowsInventory("test", DateTimeOffset.UnixEpoch).Parse(Encoding.UTF8.GetString(File.ReadAllBytes(path)))),
        Text("driverquery, CSV", "built-driverquery-german.csv", text =>
            _ = DriverQueryInventory.Joined(DriverQueryInventory.Drivers(text, "test", []), PackageList.Read(text), [])),
        Text("pnputil", "built-pnputil-enum-drivers-english.txt", text =>
        {
            var dates = new LocalDates(PackageList.Read(text).Select(package => package.Date ?? string.Empty));
            _ = PackageList.Read(text).Count(package => dates.Read(package.Date) is null) + FilterList.Read(text.Split('\n')).Count;
        }),
        new HostileFormat("Linux inventory", Capture.Read("captured-debian-6.1-guest-root.txt.gz"), [], "inventory.txt", path =>
            _ = new LinuxDriverInventory(new PrintedLinuxTree(File.ReadAllBytes(path), "test"), "test").Read(CancellationToken.None)),
        Hive(),
    ];

    private static HostileFormat Hive()
    {
        const string Class = "{4d36e972-e325-11ce-bfc1-08002be10318}";
        static HiveBuilder.Node Key(string name, (string, uint, byte[])[] values, params HiveBuilder.Node[] children) => new(name, children) { Values = values };
        static (string, uint, byte[]) Word(string name, string value) => (name, 1, Encoding.Unicode.GetBytes(value + "\0"));
        static (string, uint, byte[]) Number(string name, byte value) => (name, 4, [value, 0, 0, 0]);
        HiveBuilder.Node filter = Key("Instances", [Word("DefaultInstance", "Mine")], Key("Mine", [Word("Altitude", "389991.5")]));
        HiveBuilder.Node service = Key("contoso", [Number("Type", 2), Number("Start", 0), Word("ImagePath", @"\??\C:\a.sys"), Word("DisplayName", "@a.inf,%b%;c"), ("Owners", 7, Encoding.Unicode.GetBytes("oem7.inf\0\0"))], filter);
        HiveBuilder.Node device = Key("0000", [Word("Service", "contoso"), Word("DeviceDesc", "Card"), Word("ClassGUID", Class), Word("Driver", Class + @"\0003")]);
        HiveBuilder.Node software = Key("0003", [Word("InfPath", "oem7.inf"), Word("DriverDate", "2-29-2024"), Word("DriverVersion", "1.2")]);
        HiveBuilder.Node package = Key("contoso.inf_amd64_01", [Word("Provider", "Contoso"), ("Version", 3, HiveBuilder.Pattern(48))]);
        var builder = new HiveBuilder();
        byte[] bytes = builder.Build(Key(
            "ROOT",
            [],
            Key("ControlSet001", [], Key("Control", [], Key("Class", [], Key(Class, [Word("Class", "Net")], software))), Key("Enum", [], Key("ROOT", [], Key("CARD", [], device))), Key("Services", [], service)),
            Key("DriverDatabase", [], Key("DriverInfFiles", [], Key("oem7.inf", [Word("Active", "contoso.inf_amd64_01")])), Key("DriverPackages", [], package)),
            Key("Select", [Number("Current", 1)])));
        return new HostileFormat("offline services", bytes, builder.Fields, "SYSTEM", AskHive);
    }

    private static void AskHive(string path)
    {
        using HiveFile hive = HiveFile.Open(path);
        HiveKey controlSet = ServiceKeys.CurrentControlSet(hive, []);
        var packages = new DriverPackages(hive);
        var devices = new EnumeratedDevices(controlSet, [], CancellationToken.None);
        foreach (KernelDriver service in ServiceKeys.Read(controlSet, "test", @"C:\Windows"))
        {
            _ = packages.Complete(devices.Complete(service, packages), service.PublishedName ?? "oem7.inf", devices.ClassName);
        }
    }

    private static HostileFormat Text(string name, string capture, Action<string> ask) =>
        new(name, Capture.Read(capture), [], capture, path => ask(Encoding.UTF8.GetString(File.ReadAllBytes(path))));

    // A driver with everything in it that is read, as the script would send it.
    private static string Json()
    {
        byte[] image = SignedFiles.Driver;
        using var packed = new MemoryStream();
        using (var gzip = new System.IO.Compression.GZipStream(packed, System.IO.Compression.CompressionLevel.NoCompression, leaveOpen: true))
        {
            gzip.Write(image);
        }

        return $$"""
            {"format":"kernelfault-windows-drivers 1","root":"C:\\Windows","warnings":["one"],
            "services":[{"name":"contoso","displayName":"@oem1.inf,%a%;Contoso","path":"C:\\a.sys","state":"Running","startMode":"Boot","type":"Kernel Driver"}],
            "devices":[{"id":"PCI\\1","name":"Card","service":"contoso","class":"NET","inf":"oem1.inf","provider":"Contoso","version":"1.2","date":638000000000000000}],
            "keys":[{"name":"contoso","start":0,"group":"g","altitude":"389991.5","owner":"oem1.inf","needs":["a","b"]}],
            "filters":["contoso 3 389991 0"],"originals":[{"published":"oem1.inf","package":"contoso.inf_amd64_0123"}],
            "chains":{"AB":["MIIB","{{Convert.ToBase64String(image.AsSpan(0, 300))}}"]},
            "files":[{"path":"C:\\a.sys","length":{{image.Length}},"company":"Contoso","version":"1.2.3.4","sha256":"{{new string('a', 64)}}","status":"Valid","signatureType":"Catalog","certificate":"AB","stamped":true,
            "parts":{"ranges":[0,{{image.Length}}],"data":"{{Convert.ToBase64String(packed.ToArray())}}"} }]}
            """;
    }

    private static IReadOnlyList<DumpField> Quotes(string json) => [.. Enumerable.Range(0, json.Length).Where(i => json[i] is '"' or '[' or '{' or ':' or ',' || char.IsDigit(json[i])).Select(i => new DumpField("sign", i, 1))];
}
