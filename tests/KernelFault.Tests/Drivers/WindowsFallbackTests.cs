using System.Text;
using KernelFault.Drivers;
using KernelFault.Drivers.Windows;
using KernelFault.Hosts;

namespace KernelFault.Tests.Drivers;

/// <summary>
/// A Windows whose CIM is broken, in several languages. Files named <c>built-…</c> are ours, in the layout that the program has; what the
/// shared folder holds was captured on real machines.
/// </summary>
public sealed class WindowsFallbackTests
{
    private const string English = "\"Module Name\",\"Display Name\",\"Description\",\"Driver Type\",\"Start Mode\",\"State\",\"Status\",\"Accept Stop\",\"Accept Pause\",\"Paged Pool(bytes)\",\"Code(bytes)\",\"BSS(bytes)\",\"Link Date\",\"Path\",\"Init(bytes)\"\r\n";

    [Fact]
    public void A_german_machine_in_its_own_code_page_is_understood_by_position()
    {
        Encoding german = CodePagesEncodingProvider.Instance.GetEncoding(850)!;
        using var host = new FakeHost(HostPlatform.Windows, HostKind.PowerShellSession)
        {
            OemCodePage = 850,
            Script = _ => new ScriptResult("{}", [], TimeSpan.Zero),
            Program = call => new ProgramResult(0, german.GetBytes(Built(call.Program == "driverquery" ? "built-driverquery-german.csv" : "built-pnputil-enum-drivers-english.txt").Replace("\n", "\r\n", StringComparison.Ordinal)), [], TimeSpan.Zero),
        };

        DriverInventory inventory = DriverInventory.Read(host, CancellationToken.None);

        Assert.Equal(["driver-inventory", "driverquery /v /fo csv", "pnputil /enum-drivers"], host.Calls);
        Assert.Equal(DriverSource.DriverQuery, inventory.Source);
        Assert.Equal(9, inventory.Drivers.Count);
        Assert.Equal(("Datenträgertreiber", KernelDriverKind.Driver, DriverStartType.Boot, KernelDriverState.Running), Facts(inventory, "disk"));
        Assert.Equal(("CD/DVD-Dateisystem", KernelDriverKind.FileSystem, DriverStartType.Disabled, KernelDriverState.Stopped), Facts(inventory, "cdfs"));
        Assert.Equal("CD/DVD-Dateisystem, \"ISO\"", inventory.Drivers.Single(driver => driver.Name == "cdfs").Description);
        Assert.Equal(("Dateivirtualisierung", KernelDriverKind.FileSystem, DriverStartType.Automatic, KernelDriverState.Running), Facts(inventory, "luafv"));
        Assert.Equal(@"C:\Windows\System32\drivers\usbhub.sys", inventory.Drivers.Single(driver => driver.Name == "usbhub").Path);
        KernelDriver net = inventory.Drivers.Single(driver => driver.Name == "contosonet");
        Assert.Equal(("contosonet.inf", "oem3.inf", "Contoso", "9.8.7.6", new DateTime(2024, 2, 29, 0, 0, 0, DateTimeKind.Utc)), (net.InfName, net.PublishedName, net.Provider, net.DriverVersion, net.DriverDate));
        Assert.True(net.IsThirdParty);
        Assert.Equal(DriverStartType.Manual, net.StartType);
        Assert.StartsWith("Signatures and devices are not known", Assert.Single(inventory.Warnings), StringComparison.Ordinal);
    }

    [Fact]
    public void An_older_pnputil_is_asked_in_its_own_way()
    {
        using var host = new FakeHost(HostPlatform.Windows, HostKind.PowerShellSession)
        {
            Program = call => call.Arguments[0] == "/enum-drivers" ? new ProgramResult(1, "Microsoft PnP Utility\r\nUsage:\r\n"u8.ToArray(), [], TimeSpan.Zero)
                : new ProgramResult(0, Encoding.UTF8.GetBytes(call.Program == "pnputil" ? Built("built-pnputil-e-russian.txt") : English + "\"a\",\"a\",\"a\",\"Kernel \",\"Boot\",\"Running\",\"OK\",\"TRUE\",\"FALSE\",\"0\",\"0\",\"0\",\"\",\"C:\\a.sys\",\"0\"\r\n"), [], TimeSpan.Zero),
        };

        DriverInventory inventory = DriverInventory.Read(host, CancellationToken.None);

        Assert.Equal("pnputil /e", host.Calls[^1]);
        Assert.Equal((DriverStartType.Boot, KernelDriverState.Running), (Assert.Single(inventory.Drivers).StartType, inventory.Drivers[0].State));
    }

    [Fact]
    public void Packages_are_told_by_the_order_of_their_lines_in_any_language()
    {
        PackageList[] packages = [.. PackageList.Read(Built("built-pnputil-e-russian.txt"))];
        PackageList[] english = [.. PackageList.Read(Built("built-pnputil-enum-drivers-english.txt"))];

        Assert.Equal(new PackageList("oem0.inf", null, "Contoso", "Сетевые адаптеры", "21.05.2009", "6.1.7600.0", "Microsoft Windows"), packages[0]);
        Assert.Equal(new PackageList("oem1.inf", null, "Fabrikam", "Принтеры", "03.04.2010", "2.0", null), packages[1]);
        Assert.Equal(new PackageList("oem3.inf", "contosonet.inf", "Contoso", "Network adapters", "02/29/2024", "9.8.7.6", "Microsoft Windows Hardware Compatibility Publisher"), english[0]);
        Assert.Equal(new PackageList("oem4.inf", "contosoext.inf", "Contoso: Tools", "Extensions", "03/04/2023", "1.0.0.0", "Contoso Ltd"), english[1]);
    }

    [Fact]
    public void A_date_that_may_mean_two_days_is_left_out_and_told()
    {
        var warnings = new List<string>();
        List<PackageList> portuguese = PackageList.Read(Built("built-pnputil-e-portuguese.txt"));
        var russian = new LocalDates(PackageList.Read(Built("built-pnputil-e-russian.txt")).Select(package => package.Date!));
        var dates = new LocalDates(portuguese.Select(package => package.Date!));

        DriverQueryInventory.Joined([], portuguese, warnings);

        Assert.Null(dates.Read("03/04/2010"));
        Assert.Equal(new DateTime(2011, 5, 5, 0, 0, 0, DateTimeKind.Utc), dates.Read("05/05/2011"));
        Assert.Equal(new DateTime(2010, 4, 3, 0, 0, 0, DateTimeKind.Utc), russian.Read("03.04.2010"));
        Assert.Equal(new DateTime(2006, 6, 21, 0, 0, 0, DateTimeKind.Utc), dates.Read("2006/6/21"));
        Assert.Null(dates.Read("31.02.2010"));
        Assert.Single(warnings);
    }

    [SkippableFact]
    public void The_real_chinese_list_of_packages_is_read_whole()
    {
        byte[] captured = File.ReadAllBytes(Corpus.File("captures/windows/dism-get-drivers-zh-CN-cp936.txt"));
        string text = ProgramText.Decode(captured, "cp936");

        List<PackageList> packages = PackageList.Read(text);

        Assert.Equal(text.Split('\n').Count(line => line.Split('|')[0].Trim().EndsWith(".inf", StringComparison.OrdinalIgnoreCase)), packages.Count);
        Assert.Equal(new PackageList("3ware.inf", "3ware.inf", "LSI", "SCSIAdapter", "2013/4/11", "5.1.0.51", null), packages[1]);
        Assert.DoesNotContain(packages, package => new LocalDates([]).Read(package.Date) is null);
    }

    [SkippableFact]
    public void The_real_list_of_drivers_has_its_words()
    {
        // The capture is the table; the same rows as comma-separated values are what the program gives for /fo csv.
        string[] lines = File.ReadAllLines(Corpus.File("captures/windows/driverquery-v.txt"));
        int[] widths = [.. lines.First(line => line.StartsWith("===", StringComparison.Ordinal)).Split(' ').Select(column => column.Length)];
        string csv = English + string.Join("\r\n", lines.SkipWhile(line => !line.StartsWith("===", StringComparison.Ordinal)).Skip(1).Where(line => line.Length > 200).Select(line => Row(line, widths)));
        var warnings = new List<string>();

        List<KernelDriver> drivers = DriverQueryInventory.Drivers(csv, "test", warnings);

        Assert.True(drivers.Count > 250);
        Assert.Empty(warnings);
        Assert.DoesNotContain(drivers, driver => driver.StartType is null || driver.State is null);
        KernelDriver acpi = drivers.Single(driver => driver.Name == "ACPI");
        Assert.Equal((DriverStartType.Boot, KernelDriverState.Running, @"C:\windows\system32\drivers\ACPI.sys"), (acpi.StartType, acpi.State, acpi.Path));
    }

    [SkippableFact]
    public void Filters_are_told_by_their_columns()
    {
        Assert.Empty(FilterList.Read(File.ReadAllLines(Corpus.File("captures/windows/fltmc-filters.txt")).Take(3).Select(line => line + " <Legacy>")));
        Assert.Equal("328010", FilterList.Read(["Имя фильтра   Экземпляры  Высота  Кадр", "WdFilter        8       328010         0"])["wdfilter"]);
    }

    [Fact]
    public void A_machine_where_nothing_answers_is_an_error()
    {
        using var host = new FakeHost(HostPlatform.Windows, HostKind.PowerShellSession) { Program = _ => new ProgramResult(1, [], "Access denied"u8.ToArray(), TimeSpan.Zero) };

        Assert.Contains("driverquery", Assert.Throws<HostException>(() => DriverInventory.Read(host, CancellationToken.None)).Message, StringComparison.Ordinal);
    }

    private static (string?, KernelDriverKind, DriverStartType?, KernelDriverState?) Facts(DriverInventory inventory, string name)
    {
        KernelDriver driver = inventory.Drivers.Single(driver => driver.Name == name);
        return (driver.DisplayName, driver.Kind, driver.StartType, driver.State);
    }

    private static string Built(string name) => Encoding.UTF8.GetString(Capture.Read(name));

    private static string Row(string line, int[] widths)
    {
        var fields = new List<string>();
        int at = 0;
        foreach (int width in widths)
        {
            fields.Add("\"" + (at < line.Length ? line.Substring(at, Math.Min(width, line.Length - at)).Trim() : string.Empty) + "\"");
            at += width + 1;
        }

        return string.Join(',', fields);
    }
}
