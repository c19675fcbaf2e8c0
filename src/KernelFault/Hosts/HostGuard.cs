namespace KernelFault.Hosts;

/// <summary>A reason not to do something to a machine, found before anything was done.</summary>
/// <param name="Id">Short and stable, such as <c>NotElevated</c>, <c>RestartPending</c>: an error id of the doors.</param>
/// <param name="Text">What is so, and what to do about it. May hold text of the machine.</param>
/// <param name="CanForce">Whether a person may overrule it with <c>-Force</c>.</param>
public sealed record HostGuard(string Id, string Text, bool CanForce)
{
    /// <summary>Windows is needed.</summary>
    /// <param name="facts">The machine.</param>
    /// <returns>The guard; null on Windows.</returns>
    public static HostGuard? Windows(HostFacts facts) => Platform(facts, HostPlatform.Windows, "NotWindows", "Windows");

    /// <summary>Linux is needed.</summary>
    /// <param name="facts">The machine.</param>
    /// <returns>The guard; null on Linux.</returns>
    public static HostGuard? Linux(HostFacts facts) => Platform(facts, HostPlatform.Linux, "NotLinux", "Linux");

    /// <summary>An administrator with full token, or root, is needed. A machine that does not tell is tried.</summary>
    /// <param name="facts">The machine.</param>
    /// <returns>The guard; null for an administrator and where it is not known.</returns>
    public static HostGuard? Elevated(HostFacts facts)
    {
        if ((facts ?? throw new ArgumentNullException(nameof(facts))).IsElevated != false)
        {
            return null;
        }

        return new HostGuard(
            "NotElevated",
            facts.Platform == HostPlatform.Windows ? "This needs an administrator: start PowerShell with 'Run as administrator', or connect as one." : "This needs root: use sudo, or connect as root.",
            CanForce: false);
    }

    private static HostGuard? Platform(HostFacts facts, HostPlatform platform, string id, string name) =>
        (facts ?? throw new ArgumentNullException(nameof(facts))).Platform == platform ? null : new HostGuard(id, $"This is for {name}; the machine runs {facts.OperatingSystem ?? facts.Platform.ToString()}.", CanForce: false);
}
