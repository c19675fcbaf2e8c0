using System.Text.RegularExpressions;
using KernelFault.Drivers;
using KernelFault.Hosts;
using KernelFault.Tests.Formats.Authenticode;
using KernelFault.Tests.Formats.Pe;
using KernelFault.Tests.Unwinding;

namespace KernelFault.Tests.Drivers;

/// <summary>Drivers of a Windows that is not running: from a real hive, and from a tree with a hive that hivexsh made.</summary>
public sealed class OfflineDriverTests
{
    private const string Services = @"[HKEY_LOCAL_MACHINE\SYSTEM\ControlSet001\Services\";

    [SkippableFact]
    public void The_real_hive_gives_the_drivers_that_hivexregedit_finds_in_it()
    {
        using var folder = new TemporaryFolder();
        string hive = RealHive(folder);
        Dictionary<string, string> exported = Export(folder.Path, hive);
        using var host = new FakeHost(HostPlatform.Windows, HostKind.OfflineWindows) { Root = folder.Path };

        DriverInventory inventory = DriverInventory.Read(host, CancellationToken.None);

        Assert.Equal(392, exported.Count);
        Assert.Equal(exported.Keys.Order(StringComparer.OrdinalIgnoreCase), inventory.Drivers.Select(driver => driver.Name).Order(StringComparer.OrdinalIgnoreCase));
        foreach (KernelDriver driver in inventory.Drivers)
        {
            string key = exported[driver.Name];
            Assert.Equal(Number(key, "Start"), driver.StartType is null ? null : (long)driver.StartType);
            Assert.Equal(Text(key, "Group"), driver.LoadOrderGroup);
            string? image = Text(key, "ImagePath");
            Assert.EndsWith(image is null ? driver.Name + ".sys" : image.Substring(image.LastIndexOf('\\') + 1), driver.Path, StringComparison.OrdinalIgnoreCase);
        }
    }

    [SkippableFact]
    public void Drivers_of_the_real_hive_have_their_packages_devices_and_altitudes()
    {
        using var folder = new TemporaryFolder();
        RealHive(folder);
        using var host = new FakeHost(HostPlatform.Windows, HostKind.OfflineWindows) { Root = folder.Path };

        IReadOnlyList<KernelDriver> drivers = DriverInventory.Read(host, CancellationToken.None).Drivers;

        KernelDriver defender = drivers.Single(driver => driver.Name == "WdFilter");
        Assert.Equal((KernelDriverKind.Minifilter, "328010", DriverStartType.Boot), (defender.Kind, defender.Altitude, defender.StartType));
        Assert.Equal((@"C:\Windows\system32\drivers\wd\WdFilter.sys", "FSFilter Anti-Virus"), (defender.Path, defender.LoadOrderGroup));
        Assert.Null(defender.DisplayName);
        Assert.Equal(["FltMgr"], defender.Dependencies);

        KernelDriver bios = drivers.Single(driver => driver.Name == "mssmbios");
        Assert.Equal(("Microsoft System Management BIOS Driver", @"C:\Windows\System32\drivers\mssmbios.sys"), (bios.DisplayName, bios.Path));
        Assert.Equal(("mssmbios.inf", "mssmbios.inf", "Microsoft", "System"), (bios.PublishedName, bios.InfName, bios.Provider, bios.Class));
        Assert.NotEmpty(bios.Devices!);

        KernelDriver acpi = drivers.Single(driver => driver.Name == "ACPI");
        Assert.Equal(("acpi.inf", new DateTime(2006, 6, 21, 0, 0, 0, DateTimeKind.Utc), "10.0.18362.329"), (acpi.InfName, acpi.DriverDate, acpi.DriverVersion));

        KernelDriver files = drivers.Single(driver => driver.Name == "Ntfs");
        Assert.Equal((KernelDriverKind.FileSystem, @"C:\Windows\System32\drivers\Ntfs.sys", DriverStartType.Manual), (files.Kind, files.Path, files.StartType));
        Assert.Equal(["Its file is not there."], files.Warnings);
    }

    [SkippableFact]
    public void A_tree_made_by_hivexsh_gives_each_driver_with_what_its_file_says()
    {
        ExternalProgram.Require("hivexsh");
        using var folder = new TemporaryFolder();
        TestAuthority authority = TestAuthority.Get();
        Directory.CreateDirectory(Path.Combine(folder.Path, "windows", "system32", "DRIVERS"));
        Directory.CreateDirectory(Path.Combine(folder.Path, "Program Files", "Contoso"));
        File.Copy(TestDriver.Build("good", "x86_64").Path, Path.Combine(folder.Path, "windows/system32/DRIVERS/kfgood.sys"));
        File.Copy(authority.Sign(TestAuthority.Driver()), Path.Combine(folder.Path, "Program Files/Contoso/kftest.sys"));
        File.WriteAllText(Path.Combine(folder.Path, "windows/system32/DRIVERS/broken.sys"), "no image");
        MakeHive(folder);
        using var host = new FakeHost(HostPlatform.Windows, HostKind.OfflineWindows) { Root = folder.Path };

        DriverInventory inventory = DriverInventory.Read(host, CancellationToken.None);

        Assert.Equal(["broken", "contoso", "kfgood"], inventory.Drivers.Select(driver => driver.Name));
        KernelDriver good = inventory.Drivers[2];
        Assert.Equal((@"C:\Windows\System32\drivers\kfgood.sys", "3.1.4.159", "Contoso Test GmbH", true), (good.Path, good.FileVersion, good.Company, good.IsThirdParty));
        Assert.Equal((DriverSignatureStatus.Unknown, DriverStartType.Manual), (good.Signature!.Status, good.StartType));
        Assert.Contains("catalogues are not at hand", good.Signature.Reason!, StringComparison.Ordinal);
        KernelDriver contoso = inventory.Drivers[1];
        Assert.Equal((@"C:\Program Files\Contoso\kftest.sys", KernelDriverKind.Minifilter, "389991.5"), (contoso.Path, contoso.Kind, contoso.Altitude));
        Assert.Equal((DriverSignatureStatus.Untrusted, DriverSigningKind.Test), (contoso.Signature!.Status, contoso.Signature.SigningKind));
        Assert.Equal([new DriverDevice("Contoso Device", @"ROOT\CONTOSO\0000")], contoso.Devices);
        Assert.Equal(("oem7.inf", "kfcontoso.inf", "Contoso", "9.8.7.6", "Net"), (contoso.PublishedName, contoso.InfName, contoso.Provider, contoso.DriverVersion, contoso.Class));
        Assert.Equal(new DateTime(2024, 2, 29, 0, 0, 0, DateTimeKind.Utc), contoso.DriverDate);
        Assert.StartsWith("Its file is no image", Assert.Single(inventory.Drivers[0].Warnings), StringComparison.Ordinal);
    }

    [SkippableFact]
    public void A_catalogue_vouches_for_a_driver_without_a_signature_of_its_own()
    {
        ExternalProgram.Require("hivexsh");
        using var folder = new TemporaryFolder();
        Directory.CreateDirectory(Path.Combine(folder.Path, "windows", "system32", "DRIVERS"));
        string driver = TestDriver.Build("good", "x86_64").Path;
        File.Copy(driver, Path.Combine(folder.Path, "windows/system32/DRIVERS/kfgood.sys"));
        MakeHive(folder);
        string catalogs = Directory.CreateDirectory(Path.Combine(folder.Path, "windows/system32/CatRoot/{F750E6C3-38EE-11D1-85E5-00C04FC295EE}")).FullName;
        using var host = new FakeHost(HostPlatform.Windows, HostKind.OfflineWindows) { Root = folder.Path };

        byte[] hash = Convert.FromHexString(DriverFile.Read(driver).AuthenticodeSha256!);
        File.WriteAllBytes(Path.Combine(catalogs, "damaged.cat"), [0x30, 0x80, 4, 32, .. hash]);
        DriverInventory without = DriverInventory.Read(host, CancellationToken.None);
        File.WriteAllBytes(Path.Combine(catalogs, "kf.cat"), Builders.CatalogBuilder.Build(hash));
        KernelDriver with = DriverInventory.Read(host, CancellationToken.None).Drivers.Single(d => d.Name == "kfgood");

        Assert.Equal(DriverSignatureStatus.Unsigned, without.Drivers.Single(d => d.Name == "kfgood").Signature!.Status);
        Assert.Contains("damaged.cat", Assert.Single(without.Warnings), StringComparison.Ordinal);
        Assert.Equal(("kf.cat", DriverSigningKind.Catalog), (with.Signature!.Catalog, with.Signature.SigningKind));
        Assert.NotEqual(DriverSignatureStatus.Unsigned, with.Signature.Status);
    }

    [Theory]
    [InlineData(null, @"C:\Windows\System32\drivers\kf.sys")]
    [InlineData(@"\SystemRoot\System32\drivers\a.sys", @"C:\Windows\System32\drivers\a.sys")]
    [InlineData(@"\systemroot\System32\DriverStore\FileRepository\a\a.sys", @"C:\Windows\System32\DriverStore\FileRepository\a\a.sys")]
    [InlineData(@"system32\drivers\a.sys", @"C:\Windows\system32\drivers\a.sys")]
    [InlineData(@"\??\C:\Program Files\x\a.sys", @"C:\Program Files\x\a.sys")]
    [InlineData(@"""\??\D:\a b.sys""", @"D:\a b.sys")]
    [InlineData(@"%SystemRoot%\a.sys", @"C:\Windows\a.sys")]
    [InlineData(@"\Windows\system32\a.sys", @"C:\Windows\system32\a.sys")]
    [InlineData(@"\Device\HarddiskVolume2\a.sys", @"\Device\HarddiskVolume2\a.sys")]
    public void Image_paths_are_written_out(string? written, string path) => Assert.Equal(path, WindowsImagePath.Resolve(written, "kf", @"C:\Windows"));

    [Theory]
    [InlineData(null, null)]
    [InlineData("Plain name", "Plain name")]
    [InlineData(@"@%SystemRoot%\system32\drivers\a.sys,-100", null)]
    [InlineData("@oem3.inf,%desc%;Contoso Filter", "Contoso Filter")]
    public void Texts_that_stand_elsewhere_are_left_out(string? written, string? text) => Assert.Equal(text, IndirectText.Of(written));

    private static string RealHive(TemporaryFolder folder)
    {
        string packed = Corpus.File("corpus/hives/SYSTEM_WIN_10_1709.xz");
        byte[] hive = [.. KernelFault.Formats.Compression.PackedFile.Expand(File.ReadAllBytes(packed), packed, 64 * 1024 * 1024)];
        return folder.Write("Windows/System32/config/SYSTEM", hive);
    }

    private static Dictionary<string, string> Export(string folder, string hive)
    {
        ExternalProgram.Require("hivexregedit");
        string text = ExternalProgram.Run(folder, "hivexregedit", "--export", "--unsafe-printable-strings", "--prefix", @"HKEY_LOCAL_MACHINE\SYSTEM", hive, @"\ControlSet001\Services");
        return text.Split("\n\n").Select(section => section.TrimStart())
            .Where(section => section.StartsWith(Services, StringComparison.Ordinal) && section.IndexOf('\\', Services.Length) is var at && (at < 0 || at > section.IndexOf(']', StringComparison.Ordinal)))
            .Where(section => Number(section, "Type") is 1 or 2 or 8)
            .ToDictionary(section => section[Services.Length..section.IndexOf(']', StringComparison.Ordinal)], section => section);
    }

    private static long? Number(string section, string name) =>
        Regex.Match(section, "\"" + name + "\"=dword:([0-9a-f]{8})") is { Success: true } match ? Convert.ToInt64(match.Groups[1].Value, 16) : null;

    private static string? Text(string section, string name) =>
        Regex.Match(section, "^\"" + name + "\"=str\\([12]\\):\"(.*)\"$", RegexOptions.Multiline) is { Success: true } match && match.Groups[1].Value.Length > 0 ? match.Groups[1].Value.Replace(@"\\", @"\", StringComparison.Ordinal) : null;

    // What hivexsh writes is a real hive of another maker: values one key at a time, as it wants them.
    private static void MakeHive(TemporaryFolder folder)
    {
        string config = Directory.CreateDirectory(Path.Combine(folder.Path, "windows/system32/config")).FullName;
        string hive = Path.Combine(config, "system");
        File.WriteAllBytes(hive, new Builders.HiveBuilder().Build(new Builders.HiveBuilder.Node("ROOT")));
        string guid = "{4d36e972-e325-11ce-bfc1-08002be10318}";
        long date = new DateTime(2024, 2, 29, 0, 0, 0, DateTimeKind.Utc).ToFileTimeUtc();
        var script = new List<string>();
        Key(script, @"\", "Select", ("Current", "dword:2"));
        Key(script, @"\", "ControlSet002");
        Key(script, @"\ControlSet002", "Services");
        Key(script, @"\ControlSet002\Services", "broken", ("Type", "dword:1"));
        Key(script, @"\ControlSet002\Services", "contoso", ("Type", "dword:2"), ("ImagePath", @"expandstring:\??\C:\Program Files\Contoso\kftest.sys"));
        Key(script, @"\ControlSet002\Services\contoso", "Instances", ("DefaultInstance", "string:Mine"));
        Key(script, @"\ControlSet002\Services\contoso\Instances", "Mine", ("Altitude", "string:389991.5"));
        Key(script, @"\ControlSet002\Services", "kfgood", ("Type", "dword:1"), ("Start", "dword:3"));
        Key(script, @"\ControlSet002\Services", "program", ("Type", "dword:0x10"));
        Key(script, @"\ControlSet002", "Enum");
        Key(script, @"\ControlSet002\Enum", "ROOT");
        Key(script, @"\ControlSet002\Enum\ROOT", "CONTOSO");
        Key(script, @"\ControlSet002\Enum\ROOT\CONTOSO", "0000", ("Service", "string:contoso"), ("DeviceDesc", "string:@oem7.inf,%d%;Contoso Device"), ("ClassGUID", "string:" + guid), ("Driver", "string:" + guid + @"\0003"));
        Key(script, @"\ControlSet002", "Control");
        Key(script, @"\ControlSet002\Control", "Class");
        Key(script, @"\ControlSet002\Control\Class", guid, ("Class", "string:Net"));
        Key(script, @"\ControlSet002\Control\Class\" + guid, "0003", ("InfPath", "string:oem7.inf"), ("ProviderName", "string:Contoso"), ("DriverVersion", "string:9.8.7.6"), ("DriverDateData", "hex:3:" + string.Join(',', BitConverter.GetBytes(date).Select(b => b.ToString("x2", System.Globalization.CultureInfo.InvariantCulture)))));
        Key(script, @"\", "DriverDatabase");
        Key(script, @"\DriverDatabase", "DriverInfFiles");
        Key(script, @"\DriverDatabase\DriverInfFiles", "oem7.inf", ("Active", "string:kfcontoso.inf_amd64_0123456789abcdef"));
        script.Add("commit");
        string commands = folder.Write("commands", System.Text.Encoding.UTF8.GetBytes(string.Join('\n', script) + "\n"));
        ExternalProgram.Run(folder.Path, "hivexsh", "-w", "-f", commands, hive);
    }

    private static void Key(List<string> script, string parent, string name, params (string Name, string Value)[] values)
    {
        script.AddRange(["cd " + parent, "add " + name, "cd " + (parent == @"\" ? @"\" + name : parent + @"\" + name)]);
        if (values.Length > 0)
        {
            script.Add("setval " + values.Length.ToString(System.Globalization.CultureInfo.InvariantCulture));
            script.AddRange(values.SelectMany(value => (string[])[value.Name, value.Value]));
        }
    }
}
