using KernelFault.Hosts;

namespace KernelFault.Health;

/// <summary>Asks machines what they would keep of their next crash. Nothing is changed.</summary>
public static class CrashCaptureReader
{
    /// <summary>Asks a machine.</summary>
    /// <param name="host">The machine: Windows, running or not, or Linux.</param>
    /// <param name="cancellation">Ends the work at once.</param>
    /// <returns>What it would keep, and why.</returns>
    /// <exception cref="HostException">It cannot be asked, or runs another system.</exception>
    public static CrashCapture Read(IHost host, CancellationToken cancellation)
    {
        HostFacts facts = (host ?? throw new ArgumentNullException(nameof(host))).GetFacts(cancellation);
        return facts.Platform switch
        {
            HostPlatform.Windows => Of(host.Name, WindowsCrashCaptureReader.Read(host, CrashControl.Read(host, cancellation), cancellation)),
            HostPlatform.Linux => Of(host.Name, LinuxCrashCaptureReader.Read(host, LinuxSettings.Read(host, LinuxCrashCaptureReader.All, cancellation), cancellation)),
            _ => throw new HostException(host.Name, HostErrorKind.NotSupported, $"It runs {facts.OperatingSystem ?? "an unknown system"}; this is known of Windows and Linux."),
        };
    }

    /// <summary>The verdict on a Windows machine.</summary>
    internal static CrashCapture Of(string host, WindowsCrashCapture windows) => Of(host, HostPlatform.Windows, WindowsCrashCaptureJudge.Findings(windows)) with { Windows = windows };

    /// <summary>The verdict on a Linux machine.</summary>
    internal static CrashCapture Of(string host, LinuxCrashCapture linux) => Of(host, HostPlatform.Linux, LinuxCrashCaptureJudge.Findings(linux)) with { Linux = linux };

    private static CrashCapture Of(string host, HostPlatform platform, IEnumerable<CaptureFinding> findings)
    {
        CaptureFinding[] sorted = [.. findings.OrderByDescending(finding => finding.Severity)];
        return new CrashCapture
        {
            Host = host,
            Platform = platform,
            LeavesDump = sorted.All(finding => finding.Severity != CaptureSeverity.Problem)
                ? sorted.Any(finding => finding.Id == "DumpTypeUnknown") ? null : true
                : false,
            Findings = sorted,
        };
    }
}
