using KernelFault.Formats;
using KernelFault.Hosts;

namespace KernelFault.Drivers.Windows;

// driverquery /v /fo csv: a heading in the language of the machine, then of each driver: name · display name · description · kind · start · state ·
// status · accepts stop · accepts pause · bytes of paged pool · of code · of BSS · link date · path · bytes of start code.

/// <summary>The drivers of a Windows whose CIM is broken, from the programs it brings.</summary>
internal static class DriverQueryInventory
{
    private const int Columns = 15;
    private const int Fewest = 14;
    private const int PathColumn = 13;
    private const int MaximumDrivers = 16 * 1024;

    /// <summary>Reads the drivers.</summary>
    /// <param name="host">A running Windows.</param>
    /// <param name="reason">Why not from a better source.</param>
    /// <param name="cancellation">Ends the work at once.</param>
    /// <exception cref="HostException"><c>driverquery</c> cannot run or gives no list.</exception>
    internal static DriverInventory Read(IHost host, string reason, CancellationToken cancellation)
    {
        ProgramResult listed = host.Run(new ProgramCall("driverquery", "/v", "/fo", "csv"), cancellation);
        var warnings = new List<string> { "Signatures and devices are not known, for CIM did not answer: " + PrintableText.Clean(reason) };
        int? page = host.GetFacts(cancellation).OemCodePage;
        string? hint = page?.ToString(System.Globalization.CultureInfo.InvariantCulture);
        List<KernelDriver> drivers = Drivers(ProgramText.Decode(listed.Output, hint), host.Name, warnings);
        if (drivers.Count == 0)
        {
            throw new HostException(host.Name, HostErrorKind.Failed, $"'driverquery /v /fo csv' lists no drivers (exit code {listed.ExitCode}): {PrintableText.Clean(ProgramText.Decode(listed.Error, hint).Trim())}");
        }

        string packages = Packages(host, hint, warnings, cancellation);
        return new DriverInventory { ComputerName = host.Name, Source = DriverSource.DriverQuery, Drivers = Joined(drivers, PackageList.Read(packages), warnings), Warnings = warnings };
    }

    /// <summary>The rows of <c>driverquery</c>.</summary>
    internal static List<KernelDriver> Drivers(string csv, string computer, ICollection<string> warnings)
    {
        // The first row is the heading: where others have a path it has a word, in any language.
        string[][] rows = [.. CsvRows.Read(csv).Where(row => row.Length is >= Fewest and <= Columns && row[0].Length > 0 && (row[PathColumn].Length == 0 || IsPath(row[PathColumn]))).Take(MaximumDrivers)];
        var words = new LocalWords([.. rows.Select(row => (row[0], row[3], row[4], row[5]))]);
        int strange = 0;
        var drivers = new List<KernelDriver>(rows.Length);
        foreach (string[] row in rows)
        {
            string[] fields = [.. row.Select(field => PrintableText.Clean(field))];
            DriverStartType? start = words.StartType(row[4]);
            KernelDriverState? state = words.State(row[5]);
            strange += start is null || state is null ? 1 : 0;
            drivers.Add(new KernelDriver
            {
                Name = fields[0],
                ComputerName = computer,
                Source = DriverSource.DriverQuery,
                Kind = words.IsFileSystem(row[3]) ? KernelDriverKind.FileSystem : KernelDriverKind.Driver,
                DisplayName = Some(fields[1]),
                Description = fields[2] == fields[1] ? null : Some(fields[2]),
                StartType = start,
                State = state,
                Path = WindowsImagePath.Resolve(fields[PathColumn], fields[0], @"C:\Windows"),
            });
        }

        if (strange > 0)
        {
            warnings.Add($"Of {strange} drivers the words for state or start are not understood; these are left out.");
        }

        drivers.Sort((x, y) => string.CompareOrdinal(x.Name, y.Name));
        return drivers;
    }

    /// <summary>Adds packages to the drivers whose files lie in the driver store, in a folder named after the package.</summary>
    internal static List<KernelDriver> Joined(List<KernelDriver> drivers, List<PackageList> packages, ICollection<string> warnings)
    {
        var dates = new LocalDates(packages.Select(package => package.Date ?? string.Empty));
        var byOriginal = new Dictionary<string, PackageList>(StringComparer.OrdinalIgnoreCase);
        foreach (PackageList package in packages)
        {
            byOriginal[package.Original ?? package.Published] = package;
        }

        int ambiguous = packages.Count(package => package.Date is not null && dates.Read(package.Date) is null);
        if (ambiguous > 0)
        {
            warnings.Add($"The dates of {ambiguous} packages may mean two days, or are none; they are left out.");
        }

        return [.. drivers.Select(driver => PackageOf(driver.Path) is { } inf && byOriginal.TryGetValue(inf, out PackageList? package)
            ? driver with
            {
                InfName = inf,
                PublishedName = package.Published,
                Provider = package.Provider,
                Class = package.Class,
                DriverVersion = package.Version,
                DriverDate = dates.Read(package.Date),
                IsThirdParty = DriverOrigin.IsThirdParty(package.Provider, null, null, wereCatalogsSearched: false),
                Signature = package.Signer is null ? null : new DriverSignature { Status = DriverSignatureStatus.Unknown, SigningKind = DriverSigningKind.Catalog, Signer = package.Signer, Reason = "So the list of packages says; the file was not looked at." },
            }
            : driver)];
    }

    private static string Packages(IHost host, string? hint, List<string> warnings, CancellationToken cancellation)
    {
        string failure = string.Empty;
        foreach (string option in (string[])["/enum-drivers", "/e"])
        {
            try
            {
                ProgramResult result = host.Run(new ProgramCall("pnputil", option), cancellation);
                string text = ProgramText.Decode(result.Output, hint);
                if (PackageList.Read(text).Count > 0)
                {
                    return text;
                }

                failure = $"exit code {result.ExitCode}";
            }
            catch (HostException e) when (e.Kind is not (HostErrorKind.Unreachable or HostErrorKind.Refused))
            {
                failure = e.Message;
            }
        }

        warnings.Add("pnputil lists no driver packages: " + PrintableText.Clean(failure));
        return string.Empty;
    }

    private static string? PackageOf(string? path)
    {
        const string Store = @"\FileRepository\";
        int start = path?.IndexOf(Store, StringComparison.OrdinalIgnoreCase) ?? -1;
        int end = start < 0 ? -1 : path!.IndexOf(".inf_", start, StringComparison.OrdinalIgnoreCase);
        return end < 0 ? null : path!.Substring(start + Store.Length, end + 4 - start - Store.Length);
    }

    private static bool IsPath(string text) => text.Length > 2 && text.IndexOfAny(['\\', '/']) >= 0;

    private static string? Some(string text) => text.Length == 0 ? null : text;
}
