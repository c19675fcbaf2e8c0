using KernelFault.Formats;
using KernelFault.Hosts;

namespace KernelFault.Verification;

/// <summary>Finds drivers that are to be verified on a machine, and says which of them must not be.</summary>
internal sealed class VerifierTargets
{
    private const string ServicesKey = @"HKLM\SYSTEM\CurrentControlSet\Services";
    private const string DriverFolder = @"C:\Windows\System32\drivers\";
    private const ulong BootStart = 0;
    private const int MaximumName = 128;

    private readonly IHost _host;
    private readonly List<HostGuard> _guards = [];
    private readonly List<string> _files = [];

    private VerifierTargets(IHost host) => _host = host;

    /// <summary>What is read of the machine's registry.</summary>
    internal static RegistryQuery Query { get; } = new(ServicesKey) { WithSubKeys = true, Values = ["Type", "Start", "ImagePath", "Group"] };

    /// <summary>File names of the drivers that were found, each once.</summary>
    internal IReadOnlyList<string> Files => _files.ToArray();

    /// <summary>What speaks against them.</summary>
    internal IReadOnlyList<HostGuard> Guards => _guards.ToArray();

    internal static VerifierTargets Find(IHost host, IReadOnlyList<DriverVerifierTarget> targets, RegistrySnapshot registry, CancellationToken cancellation)
    {
        var found = new VerifierTargets(host);
        IReadOnlyList<RegistryContent> services = registry.Find(ServicesKey)?.SubKeys ?? [];
        foreach (DriverVerifierTarget target in targets)
        {
            found.Add(target, services, cancellation);
        }

        if (targets.Count == 0)
        {
            found._guards.Add(new HostGuard("NoDriver", "No driver is named: Driver Verifier is set on single drivers, those that are suspected.", CanForce: false));
        }

        return found;
    }

    private static string FileName(string path) => path.Substring(path.LastIndexOfAny(['\\', '/']) + 1);

    private static string? ImageName(RegistryContent service) => service.Value("ImagePath")?.Text is { Length: > 0 } path ? FileName(path.Trim().Trim('"')) : service.Name + ".sys";

    // A service that is a program has an image path too.
    private static bool IsDriver(RegistryContent service) => service.Value("Type")?.Number is 1 or 2 or 8;

    private static bool Same(string? x, string? y) => string.Equals(x, y, StringComparison.OrdinalIgnoreCase);

    private void Add(DriverVerifierTarget target, IReadOnlyList<RegistryContent> services, CancellationToken cancellation)
    {
        string name = target.FileName ?? target.Name;
        string shown = PrintableText.Clean(name);
        if (name.IndexOfAny(['*', '?']) >= 0 || Same(name, "/all"))
        {
            _guards.Add(new HostGuard("AllDrivers", $"'{shown}' stands for many drivers. All drivers at once make most machines stop at the start; name those that are suspected.", CanForce: false));
            return;
        }

        // What is no file name could be an option of verifier.exe, or a second driver.
        if (name.Length is 0 or > MaximumName || name.Any(c => char.IsWhiteSpace(c) || char.IsControl(c) || "/\\:\"<>|,;'".Contains(c.ToString())))
        {
            _guards.Add(new HostGuard("DriverName", $"'{shown}' is no name of a driver.", CanForce: false));
            return;
        }

        RegistryContent? service = services.FirstOrDefault(s => IsDriver(s) && Same(s.Name, name))
            ?? services.FirstOrDefault(s => IsDriver(s) && (Same(ImageName(s), name) || Same(ImageName(s), name + ".sys")));
        string file = service is not null ? ImageName(service)! : Same(Path.GetExtension(name), ".sys") ? name : name + ".sys";
        if (target.IsMicrosoft == true || DriverVerifierData.IsCore(file) || DriverVerifierData.IsCore(name) || DriverVerifierData.IsCore(target.Name))
        {
            _guards.Add(new HostGuard("MicrosoftDriver", $"'{shown}' is a part of Windows. Verify the drivers of other makers: they are what makes Windows' own look guilty.", CanForce: false));
        }
        else if (service is null && _host.FindFile(DriverFolder + file, cancellation) is null)
        {
            _guards.Add(new HostGuard("DriverNotFound", $"There is no driver '{shown}' on this machine. See Get-KernelDriver.", CanForce: false));
        }
        else if (file.Any(char.IsWhiteSpace))
        {
            _guards.Add(new HostGuard("DriverName", $"'{PrintableText.Clean(file)}' cannot be verified: verifier.exe takes blanks for the end of a name.", CanForce: false));
        }
        else
        {
            Judge(target, service, file);
        }
    }

    private void Judge(DriverVerifierTarget target, RegistryContent? service, string file)
    {
        string? group = service?.Value("Group")?.Text;
        string? reason = service?.Value("Start")?.Number == BootStart ? "is started by the boot loader"
            : DriverVerifierData.IsCriticalGroup(group) ? $"belongs to the group '{group}'"
            : DriverVerifierData.IsCriticalClass(target.Class) ? $"is of the class '{target.Class}'"
            : null;
        if (reason is not null)
        {
            _guards.Add(new HostGuard("BootCriticalDriver", PrintableText.Clean($"'{file}' {reason}: Windows may not start without it, and each error that is found stops the start. Use -Force if there is another way into this machine."), CanForce: true));
        }

        if (!_files.Contains(file, StringComparer.OrdinalIgnoreCase))
        {
            _files.Add(file);
        }
    }
}
