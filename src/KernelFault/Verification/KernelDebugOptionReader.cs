using KernelFault.Hosts;

namespace KernelFault.Verification;

/// <summary>Asks a Linux machine how its options for debugging are.</summary>
public static class KernelDebugOptionReader
{
    /// <summary>Asks a machine.</summary>
    /// <param name="host">The machine.</param>
    /// <param name="cancellation">Ends the work at once.</param>
    /// <returns>All options.</returns>
    /// <exception cref="HostException">The machine runs no Linux, or does not answer.</exception>
    public static IReadOnlyList<KernelDebugOption> Read(IHost host, CancellationToken cancellation)
    {
        HostFacts facts = (host ?? throw new ArgumentNullException(nameof(host))).GetFacts(cancellation);
        return HostGuard.Linux(facts) is { } guard
            ? throw new HostException(host.Name, HostErrorKind.NotSupported, guard.Text)
            : Of(host.Name, Settings(host, cancellation), KernelDebugOptionInfo.All);
    }

    /// <summary>How all settings are.</summary>
    internal static LinuxSettings Settings(IHost host, CancellationToken cancellation) => LinuxSettings.Read(host, KernelDebugOptionInfo.All.Select(option => option.Setting), cancellation);

    /// <summary>How some options are.</summary>
    internal static IReadOnlyList<KernelDebugOption> Of(string computer, LinuxSettings settings, IEnumerable<KernelDebugOptionInfo> options) => options.Select(option =>
    {
        (string Value, string? Path)? next = settings.NextBoot(option.Setting);
        return new KernelDebugOption
        {
            ComputerName = computer,
            Name = option.Name,
            Value = settings.Now(option.Setting),
            NextBootValue = next?.Value,
            NextBootSource = next?.Path,
            PreviousValue = option.Setting.LivePath is { } live && settings.State.Live.TryGetValue(live, out string? previous) ? previous : null,
            IsAvailable = option.Setting.LivePath is null ? null : settings.HasLive(option.Setting),
            CanChangeNow = settings.HasLive(option.Setting),
            Values = option.Values,
            Since = option.Since,
            Catches = option.Catches,
            Cost = option.Cost,
        };
    }).ToArray();
}
