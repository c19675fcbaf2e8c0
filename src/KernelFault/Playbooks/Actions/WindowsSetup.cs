using KernelFault.Hosts;

namespace KernelFault.Playbooks.Actions;

// HKLM\SYSTEM\Setup, SystemSetupInProgress: 1 as long as setup works on the Windows that runs. HKLM\SOFTWARE\Microsoft\Windows
// NT\CurrentVersion, InstallDate: seconds since 1970 UTC, set anew by a setup over the same Windows; it is what Win32_OperatingSystem
// calls InstallDate. A setup that gives up brings the Windows before back, with its date.

/// <summary>Looks whether the setup of Windows has come to its end.</summary>
/// <param name="host">The machine.</param>
/// <param name="since">When setup was begun at the earliest, UTC by this machine's clock.</param>
internal sealed class WindowsSetup(IHost host, DateTime since)
{
    private const string SetupKey = @"HKLM\SYSTEM\Setup";
    private const string ProgressValue = "SystemSetupInProgress";
    private const string VersionKey = @"HKLM\SOFTWARE\Microsoft\Windows NT\CurrentVersion";
    private const string DateValue = "InstallDate";

    private static readonly DateTime s_epoch = new(1970, 1, 1, 0, 0, 0, DateTimeKind.Utc);

    /// <summary>Whether Windows was installed since then and setup is over.</summary>
    /// <param name="cancellation">Ends the work at once.</param>
    /// <returns>True or false; never null.</returns>
    /// <exception cref="HostException">The machine cannot be asked.</exception>
    internal bool? IsOver(CancellationToken cancellation)
    {
        RegistrySnapshot now = new HostRegistry(host).Read([new RegistryQuery(SetupKey) { Values = [ProgressValue] }, new RegistryQuery(VersionKey) { Values = [DateValue] }], cancellation);
        return now.Value(SetupKey, ProgressValue)?.Number is null or 0
            && now.Value(VersionKey, DateValue)?.Number is { } seconds && s_epoch.AddSeconds(seconds) >= host.GetFacts(cancellation).ByItsClock(since);
    }
}
