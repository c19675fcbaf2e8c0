using KernelFault.Drivers;
using KernelFault.Formats;
using KernelFault.Formats.Registry;
using KernelFault.Hosts;
using KernelFault.Verification;

namespace KernelFault.Playbooks.Actions;

/// <summary>
/// The service of a driver, which says when Windows starts it. How it started before it was disabled is kept beside it, so that it
/// comes back as it was whoever asks, and however often it was disabled.
/// </summary>
/// <param name="Name">Name of the service.</param>
/// <param name="File">File name of the driver.</param>
/// <param name="Start">When it is started; null when the registry does not say.</param>
/// <param name="Kept">When it was started before it was disabled here; null when it was not.</param>
/// <param name="Group">Load order group; null for none.</param>
internal sealed record DriverService(string Name, string File, DriverStartType? Start, DriverStartType? Kept, string? Group)
{
    private const string ServicesKey = @"HKLM\SYSTEM\CurrentControlSet\Services";
    private const string StartValue = "Start";
    private const string KeptValue = "KernelFaultStart";

    /// <summary>Whether Windows itself cannot do without it.</summary>
    internal bool IsCore => DriverVerifierData.IsCore(File) || DriverVerifierData.IsCore(Name);

    /// <summary>Why Windows may not start without it; null when nothing speaks for that.</summary>
    internal string? CriticalReason => (Kept ?? Start) == DriverStartType.Boot ? "is started by the boot loader"
        : DriverVerifierData.IsCriticalGroup(Group) ? $"belongs to the group '{Group}'"
        : null;

    private string Key => ServicesKey + "\\" + Name;

    /// <summary>Finds one by the name of the service or the file, with or without <c>.sys</c>.</summary>
    /// <returns>The service; null when there is none.</returns>
    internal static DriverService? Find(HostRegistry registry, string driver, CancellationToken cancellation)
    {
        RegistrySnapshot snapshot = registry.Read([new RegistryQuery(ServicesKey) { WithSubKeys = true, Values = ["Type", StartValue, "ImagePath", "Group", KeptValue] }], cancellation);
        RegistryContent[] drivers = [.. (snapshot.Find(ServicesKey)?.SubKeys ?? []).Where(service => service.Value("Type")?.Number is 1 or 2 or 8)];
        RegistryContent? found = drivers.FirstOrDefault(service => Same(service.Name, driver))
            ?? drivers.FirstOrDefault(service => Same(FileName(service), driver) || Same(FileName(service), driver + ".sys"));
        return found is null ? null : new DriverService(found.Name, FileName(found), Type(found.Value(StartValue)), Type(found.Value(KeptValue)), found.Value("Group")?.Text);
    }

    /// <summary>What disables it; empty when it is.</summary>
    internal IReadOnlyList<RegistryChange> Disable() => Start == DriverStartType.Disabled ? [] :
    [
        .. Start is { } start ? [new RegistryChange(Key, KeptValue, RegistryData.DWord((uint)start))] : Array.Empty<RegistryChange>(),
        new RegistryChange(Key, StartValue, RegistryData.DWord((uint)DriverStartType.Disabled)),
    ];

    /// <summary>What lets it be started; empty when it is so.</summary>
    internal IReadOnlyList<RegistryChange> Enable(DriverStartType start) =>
    [
        .. Start == start ? Array.Empty<RegistryChange>() : [new RegistryChange(Key, StartValue, RegistryData.DWord((uint)start))],
        .. Kept is null ? Array.Empty<RegistryChange>() : [new RegistryChange(Key, KeptValue, null)],
    ];

    private static DriverStartType? Type(RegistryData? data) => data?.Number is { } number and <= 4 ? (DriverStartType)number : null;

    private static string FileName(RegistryContent service)
    {
        string path = service.Value("ImagePath")?.Text?.Trim().Trim('"') ?? string.Empty;
        return PrintableText.Clean(path.Length == 0 ? service.Name + ".sys" : path.Substring(path.LastIndexOfAny(['\\', '/']) + 1));
    }

    private static bool Same(string x, string y) => string.Equals(x, y, StringComparison.OrdinalIgnoreCase);
}
