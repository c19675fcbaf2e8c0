using KernelFault.Hosts;

namespace KernelFault.Playbooks.Running;

/// <summary>What <c>facts.NAME</c> is.</summary>
internal static class RunFacts
{
    internal static IReadOnlyDictionary<string, object?> Of(IHost host, HostFacts facts) => PlaybookValue.Map(
        ("name", host.Name),
        ("kind", host.Kind),
        ("platform", facts.Platform),
        ("operatingSystem", facts.OperatingSystem),
        ("version", facts.Version),
        ("build", facts.Build),
        ("architecture", facts.Architecture),
        ("isElevated", facts.IsElevated),
        ("computerName", facts.ComputerName),
        ("bootTime", facts.BootTime),
        ("pendingRestart", facts.PendingRestart),
        ("powerShellVersion", facts.PowerShellVersion));

    /// <summary>Why a machine is not one that a playbook is for.</summary>
    /// <returns>The reason; null when it is.</returns>
    internal static string? Refusal(PlaybookRequirements requires, IHost host, HostFacts facts)
    {
        bool offline = host.Kind == HostKind.OfflineWindows;
        if (requires.Offline is { } wanted && wanted != offline)
        {
            return wanted
                ? "The playbook is for the folder of a Windows that is not running, and this machine runs: name that folder instead."
                : "The playbook is for a machine that runs, and this is the folder of a Windows that does not.";
        }

        HostGuard? guard = requires.Platform switch
        {
            PlaybookPlatform.Windows => HostGuard.Windows(facts),
            PlaybookPlatform.Linux => HostGuard.Linux(facts),
            _ => null,
        };
        guard ??= requires.Elevated ? HostGuard.Elevated(facts) : null;
        return guard?.Text;
    }
}
