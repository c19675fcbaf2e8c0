using System.Globalization;
using KernelFault.Formats;
using KernelFault.Formats.Registry;

namespace KernelFault.Hosts;

/// <summary>What the registry hives of a Windows that is not running say of it.</summary>
internal static class OfflineWindowsFacts
{
    // The first build of Windows 11, whose registry goes on calling it Windows 10.
    private const int FirstBuildOf11 = 22000;

    /// <summary>Reads the facts; a hive that is missing or damaged leaves its facts unknown.</summary>
    /// <param name="find">Finds a file of that Windows on this machine.</param>
    internal static HostFacts Read(Func<string, string?> find)
    {
        using HiveFile? software = Open(find, "SOFTWARE");
        using HiveFile? system = Open(find, "SYSTEM");
        HiveKey? current = software?.Find("Microsoft\\Windows NT\\CurrentVersion");
        HiveKey? control = Control(system);
        string? build = Text(current, "CurrentBuildNumber") ?? Text(current, "CurrentBuild");
        string? version = Number(current, "CurrentMajorVersionNumber") is string major ? $"{major}.{Number(current, "CurrentMinorVersionNumber") ?? "0"}" : Text(current, "CurrentVersion");
        string? architecture = Text(control?.Find("Session Manager\\Environment"), "PROCESSOR_ARCHITECTURE");
        return new HostFacts
        {
            ComputerName = Text(control?.Find("ComputerName\\ComputerName"), "ComputerName"),
            Platform = HostPlatform.Windows,
            OperatingSystem = SystemName(Text(current, "ProductName"), build),
            Version = version is null || build is null ? version : version + "." + build,
            Build = build is not null && Number(current, "UBR") is string revision ? build + "." + revision : build,
            Architecture = WindowsFacts.Architecture(architecture),
            IsElevated = null,
            PowerShellVersion = null,
            BootTime = null,
            PendingRestart = software is null || control is null ? null : Pending(software, control),
            OemCodePage = int.TryParse(Text(control?.Find("Nls\\CodePage"), "OEMCP"), NumberStyles.None, CultureInfo.InvariantCulture, out int page) ? page : null,
        };
    }

    private static HiveFile? Open(Func<string, string?> find, string name)
    {
        try
        {
            return find("\\SystemRoot\\System32\\config\\" + name) is string path ? HiveFile.Open(path) : null;
        }
        catch (Exception e) when (e is DumpFormatException || HostFileError.Is(e))
        {
            return null;
        }
    }

    private static HiveKey? Control(HiveFile? system) => system is null ? null : ControlSet.Current(system)?.SubKey("Control");

    private static string[] Pending(HiveFile software, HiveKey control)
    {
        var reasons = new List<string>();
        if (software.Find("Microsoft\\Windows\\CurrentVersion\\Component Based Servicing\\RebootPending") is not null)
        {
            reasons.Add("Component Based Servicing");
        }

        if (software.Find("Microsoft\\Windows\\CurrentVersion\\WindowsUpdate\\Auto Update\\RebootRequired") is not null)
        {
            reasons.Add("Windows Update");
        }

        if (control.Find("Session Manager")?.Value("PendingFileRenameOperations") is not null)
        {
            reasons.Add("file rename operations");
        }

        return [.. reasons];
    }

    private static string? SystemName(string? name, string? build) =>
        name is not null && name.StartsWith("Windows 10", StringComparison.Ordinal) && int.TryParse(build, NumberStyles.None, CultureInfo.InvariantCulture, out int number) && number >= FirstBuildOf11
            ? "Windows 11" + name.Remove(0, "Windows 10".Length)
            : name;

    private static string? Text(HiveKey? key, string name) => key?.Value(name)?.Text is { Length: > 0 } text ? PrintableText.Clean(text) : null;

    private static string? Number(HiveKey? key, string name) => key?.Value(name)?.Number is ulong number ? number.ToString(CultureInfo.InvariantCulture) : null;
}
