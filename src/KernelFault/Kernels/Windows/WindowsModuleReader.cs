using KernelFault.Dumps.Windows;
using KernelFault.Formats;

namespace KernelFault.Kernels.Windows;

/// <summary>Turns a triage dump's driver lists into modules.</summary>
internal static class WindowsModuleReader
{
    // Windows knows the first only; a name with the other must not climb out of a folder elsewhere.
    private static readonly char[] Separators = ['\\', '/'];

    internal static IReadOnlyList<KernelModule> ReadModules(WindowsTriageDump dump)
    {
        IReadOnlyList<TriageDriver> drivers = dump.Drivers;
        var modules = new KernelModule[drivers.Count];
        for (int i = 0; i < modules.Length; i++)
        {
            TriageDriver driver = drivers[i];
            int slash = driver.FullName.LastIndexOfAny(Separators);
            string name = PrintableText.Clean(slash < 0 ? driver.FullName : driver.FullName.Substring(slash + 1));
            modules[i] = new KernelModule
            {
                Name = name.Length == 0 ? driver.BaseAddress.Hex : name,
                Path = slash < 0 ? null : PrintableText.Clean(driver.FullName),
                BaseAddress = driver.BaseAddress,
                Size = driver.SizeOfImage,

                // win32k's satellites can be unreadable when the dump is written: both are zero then.
                TimeDateStamp = driver.TimeDateStamp is 0 ? null : driver.TimeDateStamp,
                LinkTime = LinkTime(driver.TimeDateStamp, dump.Header),
                CheckSum = driver.CheckSum is 0 ? null : driver.CheckSum,
            };
        }

        return modules;
    }

    internal static IReadOnlyList<UnloadedModule> ReadUnloadedModules(WindowsTriageDump dump)
    {
        IReadOnlyList<TriageUnloadedDriver> drivers = dump.UnloadedDrivers;
        var modules = new UnloadedModule[drivers.Count];
        for (int i = 0; i < modules.Length; i++)
        {
            TriageUnloadedDriver driver = drivers[i];
            string name = PrintableText.Clean(driver.Name.Substring(driver.Name.LastIndexOfAny(Separators) + 1));
            modules[i] = new UnloadedModule
            {
                Name = name.Length == 0 ? driver.StartAddress.Hex : name,
                StartAddress = driver.StartAddress,
                EndAddress = driver.EndAddress,
                UnloadTime = driver.UnloadTime,
            };
        }

        return modules;
    }

    // A hash of a reproducible build is any number: it can only be told from a date when it lies before Windows NT or after
    // the crash. What is left may still be a hash; whoever knows that a file is Microsoft's must not show it as a date.
    private static DateTime? LinkTime(uint? stamp, WindowsDumpHeader header)
    {
        if (stamp is null or 0)
        {
            return null;
        }

        DateTime time = new DateTime(1970, 1, 1, 0, 0, 0, DateTimeKind.Utc).AddSeconds(stamp.Value);
        DateTime latest = header.SystemTime?.AddDays(1) ?? new DateTime(2038, 1, 1, 0, 0, 0, DateTimeKind.Utc);
        return time.Year >= 1996 && time <= latest ? time : null;
    }
}
