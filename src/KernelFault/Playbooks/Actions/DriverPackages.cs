using System.Globalization;
using System.Text.RegularExpressions;
using KernelFault.Drivers;
using KernelFault.Drivers.Windows;
using KernelFault.Formats;
using KernelFault.Hosts;

namespace KernelFault.Playbooks.Actions;

// pnputil: /enum-drivers, /export-driver, /delete-driver X /uninstall and /add-driver X /install since Windows 10 1607, /e, /a and /d
// before. Exit codes are Windows' error numbers: 3010 and 1641 ask for a restart, 259 says that the devices have nothing worse already.

/// <summary>The driver packages of others that a Windows keeps, and what changes them.</summary>
/// <param name="host">The machine.</param>
internal sealed class DriverPackages(IHost host)
{
    /// <summary>Folder on the machine for packages that were taken off; as a person reads it.</summary>
    internal const string ShownFolder = @"%SystemRoot%\kernelfault-packages";

    private const string Program = "pnputil.exe";
    private const int RestartRequired = 3010;
    private const int RestartBegun = 1641;
    private const int NothingBetter = 259;

    private static readonly Regex s_published = new("^oem[0-9]{1,6}\\.inf$", RegexOptions.IgnoreCase | RegexOptions.CultureInvariant, TimeSpan.FromSeconds(1));

    private static readonly Regex s_folder = new(@"^[A-Z]:\\[^""*?<>|\r\n]*\\kernelfault-packages(\\[a-z0-9_]+-[0-9TZ]+)?$", RegexOptions.IgnoreCase | RegexOptions.CultureInvariant, TimeSpan.FromSeconds(1));

    /// <summary>Whether a name is one that Windows gives to packages of others.</summary>
    internal static bool IsPublished(string name) => s_published.IsMatch(name);

    /// <summary>Lists them.</summary>
    /// <exception cref="HostException">pnputil gives no list.</exception>
    internal IReadOnlyList<PackageList> Read(CancellationToken cancellation)
    {
        string hint = host.GetFacts(cancellation).OemCodePage?.ToString(CultureInfo.InvariantCulture) ?? string.Empty;
        ProgramResult? last = null;
        foreach (string option in (string[])["/enum-drivers", "/e"])
        {
            last = host.Run(new ProgramCall(Program, option), cancellation);
            List<PackageList> packages = PackageList.Read(ProgramText.Decode(last.Output, hint));
            if (packages.Count > 0 || last.ExitCode == 0)
            {
                return packages;
            }
        }

        throw new HostException(host.Name, HostErrorKind.Failed, PrintableText.Clean($"{Program} lists no packages (exit code {last!.ExitCode}): {ProgramText.Decode(last.Output, hint).Trim()}"));
    }

    /// <summary>The package of a driver, and others of the same origin.</summary>
    /// <param name="driver">Name of an INF file, or of a driver's service or file.</param>
    /// <param name="cancellation">Ends the work at once.</param>
    internal DriverPackageChoice Find(string driver, CancellationToken cancellation)
    {
        IReadOnlyList<PackageList> all = Read(cancellation);
        if (driver.EndsWith(".inf", StringComparison.OrdinalIgnoreCase))
        {
            PackageList[] named = [.. Sorted(all.Where(package => Same(package.Published, driver) || Same(package.Original, driver)))];
            return Choice(named.Length == 0 ? null : named[0], driver, all, []);
        }

        DriverInventory inventory = DriverInventory.Read(host, cancellation);
        KernelDriver? found = inventory.Drivers.FirstOrDefault(one => DriverSelection.IsNamed(one, driver) && one.PublishedName is not null)
            ?? inventory.Drivers.FirstOrDefault(one => DriverSelection.IsNamed(one, driver));
        PackageList? package = found?.PublishedName is { } published ? all.FirstOrDefault(one => Same(one.Published, published)) : null;
        return Choice(package, found?.Name, all, inventory.Warnings);
    }

    /// <summary>The newest first.</summary>
    internal static IEnumerable<PackageList> Sorted(IEnumerable<PackageList> packages) =>
        packages.OrderByDescending(package => Version.TryParse(package.Version, out Version? version) ? version : new Version(0, 0)).ThenByDescending(package => package.Published, StringComparer.OrdinalIgnoreCase);

    /// <summary>Values of a package.</summary>
    internal static IReadOnlyDictionary<string, object?> Value(PackageList package) => PlaybookValue.Map(
        ("publishedName", package.Published), ("originalName", package.Original), ("provider", package.Provider), ("version", package.Version), ("date", package.Date), ("class", package.Class));

    /// <summary>Exports a package.</summary>
    internal static ProgramCall Export(string published, string folder) => new(Program, "/export-driver", published, folder) { Timeout = TimeSpan.FromMinutes(10) };

    /// <summary>Takes a package out of the store and off its devices, which take the next best then.</summary>
    internal static ProgramCall Delete(string published) => new(Program, "/delete-driver", published, "/uninstall") { Timeout = TimeSpan.FromMinutes(15) };

    /// <summary>Puts a package into the store and onto the devices for which it is the best.</summary>
    internal static ProgramCall Add(string inf) => new(Program, "/add-driver", inf, "/install") { Timeout = TimeSpan.FromMinutes(15) };

    /// <summary>Name of the folder for what is taken off now: it tells the time by this machine's clock.</summary>
    internal static string FolderName(string what, DateTime now) => what + "-" + now.ToString("yyyyMMdd'T'HHmmss'Z'", CultureInfo.InvariantCulture);

    /// <summary>Makes a folder for packages on the machine.</summary>
    /// <param name="name">Its name, of <see cref="FolderName"/>.</param>
    /// <param name="cancellation">Ends the work at once.</param>
    /// <returns>Its whole path there.</returns>
    internal string MakeFolder(string name, CancellationToken cancellation) => Folder("\"" + name + "\"", cancellation);

    /// <summary>The folder on the machine in which <see cref="MakeFolder"/> makes others; it need not be there.</summary>
    /// <param name="cancellation">Ends the work at once.</param>
    internal string FindFolder(CancellationToken cancellation) => Folder("null", cancellation);

    /// <summary>Runs pnputil.</summary>
    /// <returns>Whether a restart is needed.</returns>
    /// <exception cref="HostException">It failed.</exception>
    internal bool Run(HostStepRecorder recorder, ProgramCall call, CancellationToken cancellation)
    {
        ProgramResult result = recorder.Run(call, cancellation);
        if (result.ExitCode is not (0 or RestartRequired or RestartBegun or NothingBetter))
        {
            string text = ProgramText.Decode(result.Output.Length > 0 ? result.Output : result.Error, host.GetFacts(cancellation).OemCodePage?.ToString(CultureInfo.InvariantCulture));
            throw new HostException(host.Name, HostErrorKind.Failed, PrintableText.Clean(FormattableString.Invariant($"'{HostStepRecorder.Text(call)}' ended with {result.ExitCode}: {text.Trim()}")));
        }

        return result.ExitCode is RestartRequired or RestartBegun;
    }

    private string Folder(string name, CancellationToken cancellation)
    {
        ScriptResult result = host.RunScript(new ScriptCall("package-folder", HostScript.Read("Playbooks.package-folder.ps1")) { Json = "{\"name\":" + name + "}" }, cancellation);
        string path = result.Output.Trim();
        return s_folder.IsMatch(path) ? path : throw new HostException(host.Name, HostErrorKind.Failed, PrintableText.Clean("It made no folder for packages: " + string.Join(" ", result.Errors.Prepend(path)).Trim()));
    }

    private static DriverPackageChoice Choice(PackageList? package, string? driver, IReadOnlyList<PackageList> all, IReadOnlyList<string> warnings) => new(
        package,
        driver,
        package?.Original is { } original ? [.. Sorted(all.Where(one => !ReferenceEquals(one, package) && Same(one.Original, original)))] : [],
        warnings);

    private static bool Same(string? x, string? y) => x is not null && string.Equals(x, y, StringComparison.OrdinalIgnoreCase);
}
