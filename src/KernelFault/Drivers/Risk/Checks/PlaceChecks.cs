using System.Globalization;

namespace KernelFault.Drivers.Risk.Checks;

/// <summary>Where it lies: in folders, and among the filters of its machine.</summary>
internal static class PlaceChecks
{
    // "Allocated filter altitudes": the range of FSFilter Anti-Virus.
    private const decimal AntiVirusLowest = 320000;
    private const decimal AntiVirusHighest = 329998;

    // Folders anywhere in a path of Windows that are no place for drivers; System32 and what lies below it is looked at first.
    private static readonly string[] s_oddFolders = ["temp", "tmp", "users", "documents and settings", "programdata", "downloads", "appdata", "desktop", "perflogs", "$recycle.bin", "public"];
    private static readonly string[] s_oddLinuxFolders = ["/tmp/", "/var/tmp/", "/dev/shm/", "/home/", "/run/user/", "/mnt/", "/media/"];

    // Defender keeps drivers that go with its definitions there.
    private const string DefenderFolder = @"\programdata\microsoft\windows defender\";

    internal static IReadOnlyList<RiskCheck> All { get; } =
    [
        new("odd-folder", OddFolder),
        new("two-security-filters", TwoFilters),
    ];

    /// <summary>True for a running minifilter of another maker in the range of security products.</summary>
    internal static bool IsSecurityFilter(KernelDriver driver) =>
        driver.State != KernelDriverState.Stopped
        && driver.State != KernelDriverState.Unloaded
        && driver.StartType != DriverStartType.Disabled
        && driver.IsThirdParty != false
        && decimal.TryParse(driver.Altitude, NumberStyles.AllowDecimalPoint, CultureInfo.InvariantCulture, out decimal altitude)
        && altitude >= AntiVirusLowest
        && altitude <= AntiVirusHighest
        && !Maker(driver).StartsWith("Microsoft", StringComparison.OrdinalIgnoreCase);

    private static RiskVerdict OddFolder(RiskSubject subject)
    {
        KernelDriver driver = subject.Driver;
        bool starts = driver.State is KernelDriverState.Running or KernelDriverState.StartPending or KernelDriverState.Paused or KernelDriverState.StopPending
            || driver.StartType is DriverStartType.Boot or DriverStartType.System or DriverStartType.Automatic;
        if (driver.Source == DriverSource.File || !starts)
        {
            // Where somebody keeps a file says nothing of where it is loaded from.
            return RiskVerdict.NotFound;
        }

        return driver.Path is not string path ? RiskVerdict.Unknown("path of the file")
            : RiskVerdict.If(
                driver.Kind == KernelDriverKind.Module ? IsOddOnLinux(path) : IsOddOnWindows(path),
                driver.State == KernelDriverState.Running ? "It was loaded from a folder that programs may write to." : "It is started with the system from a folder that programs may write to.",
                path);
    }

    private static bool IsOddOnLinux(string path) => Array.Exists(s_oddLinuxFolders, folder => path.StartsWith(folder, StringComparison.Ordinal));

    private static bool IsOddOnWindows(string path)
    {
        string folders = path.Replace('/', '\\').ToLowerInvariant();
        if (folders.StartsWith(@"\??\unc\", StringComparison.Ordinal) || (folders.StartsWith(@"\\", StringComparison.Ordinal) && !folders.StartsWith(@"\\?\", StringComparison.Ordinal) && !folders.StartsWith(@"\\.\", StringComparison.Ordinal)))
        {
            return true;
        }

        return !folders.Contains(DefenderFolder)
            && Array.Exists(s_oddFolders, folder => folders.Contains($@"\{folder}\"));
    }

    private static RiskVerdict TwoFilters(RiskSubject subject)
    {
        if (!IsSecurityFilter(subject.Driver))
        {
            return RiskVerdict.NotFound;
        }

        KernelDriver? other = subject.Machine.FirstOrDefault(driver =>
            IsSecurityFilter(driver) && !string.Equals(Maker(driver), Maker(subject.Driver), StringComparison.OrdinalIgnoreCase));
        return other is null
            ? RiskVerdict.NotFound
            : RiskVerdict.Found(
                $"{Maker(subject.Driver)} and {Maker(other)} both filter files for viruses on this machine.",
                $"{subject.Driver.Name} at {subject.Driver.Altitude}, {other.Name} at {other.Altitude}");
    }

    private static string Maker(KernelDriver driver) => driver.Company ?? driver.Provider ?? driver.Name;
}
