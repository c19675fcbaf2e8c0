using System.Globalization;
using System.Text;
using KernelFault.Formats;
using KernelFault.Hosts;

namespace KernelFault.Health;

/// <summary>Asks a Linux machine what it would keep of a crash.</summary>
internal static class LinuxCrashCaptureReader
{
    /// <summary>Settings that <see cref="CrashCaptureChange"/> changes too.</summary>
    internal static LinuxSetting CrashKernel { get; } = LinuxSetting.BootParameter("crashkernel");

    internal static LinuxSetting PanicOnOops { get; } = LinuxSetting.Sysctl("kernel.panic_on_oops");

    internal static LinuxSetting PanicTimeout { get; } = LinuxSetting.Sysctl("kernel.panic");

    internal static LinuxSetting SysRq { get; } = LinuxSetting.Sysctl("kernel.sysrq");

    internal static LinuxSetting[] All { get; } = [CrashKernel, PanicOnOops, PanicTimeout, SysRq];

    /// <summary>The program that tells all but the settings; its argument only names it, for records and recordings.</summary>
    internal static ProgramCall Call { get; } = new("/bin/sh", "-s", "crash-capture") { Input = Encoding.UTF8.GetBytes(HostScript.Read("Health.linux-crash-capture.sh")), MaximumOutput = 1024 * 1024 };

    /// <summary>Asks.</summary>
    /// <param name="host">The machine.</param>
    /// <param name="settings">Its settings.</param>
    /// <param name="cancellation">Ends the work at once.</param>
    /// <returns>What it would keep.</returns>
    internal static LinuxCrashCapture Read(IHost host, LinuxSettings settings, CancellationToken cancellation)
    {
        string[] lines = Ask(host, cancellation);
        string? service = One(lines, "service");
        string? remote = One(lines, "remote");
        string? target = One(lines, "target");
        return new LinuxCrashCapture
        {
            CrashKernel = settings.Now(CrashKernel),
            NextCrashKernel = settings.NextBoot(CrashKernel)?.Value,
            ReservedBytes = Number(One(lines, "size")),
            IsCrashKernelLoaded = Number(One(lines, "loaded")) is { } loaded ? loaded != 0 : null,
            Service = service,
            IsServiceEnabled = service is null ? null : One(lines, "use") == "0" ? false : One(lines, "enabled") switch
            {
                null => null,
                "enabled" or "enabled-runtime" or "static" or "generated" or "alias" => true,
                _ => false,
            },
            Target = remote ?? target,
            TargetFreeBytes = remote is null ? Number(One(lines, "free")) * 1024 : null,
            ExpectedBytes = Expected(lines),
            MemoryBytes = Memory(lines, "MemTotal"),
            PanicOnOops = Number(settings.Now(PanicOnOops)) is { } oops ? oops != 0 : null,
            PanicTimeout = Number(settings.Now(PanicTimeout)),
            SysRq = Number(settings.Now(SysRq)),
            PstoreBackend = One(lines, "pstore") is { } backend && backend != "(null)" ? backend : null,
            PstoreRecords = Number(One(lines, "records")),
        };
    }

    /// <summary>Where dumps go; null when nothing writes any.</summary>
    internal static string? Target(IHost host, CancellationToken cancellation) => One(Ask(host, cancellation), "target");

    private static string[] Ask(IHost host, CancellationToken cancellation)
    {
        ProgramResult result = host.Run(Call, cancellation);
        string[] lines = ProgramText.Decode(result.Output).Split('\n');
        if (!lines.Contains("end"))
        {
            throw new HostException(host.Name, HostErrorKind.Failed, $"The machine did not say what it would keep of a crash (exit code {result.ExitCode}): {ProgramText.Decode(result.Error).Trim()}");
        }

        return lines;
    }

    // makedumpfile leaves out what its level's bits say: 1 zero pages, 2 and 4 caches, 8 user pages, 16 free pages. Debian's default is
    // "-c -d 31", Red Hat's "-l --message-level 7 -d 31"; without a filter all memory is written.
    private static long? Expected(string[] lines)
    {
        if (Memory(lines, "MemTotal") is not { } total || One(lines, "service") is null)
        {
            return null;
        }

        long level = 31;
        if (One(lines, "collector") is { } collector)
        {
            string[] parts = collector.Split([' '], StringSplitOptions.RemoveEmptyEntries);
            int at = Array.IndexOf(parts, "-d");
            level = at >= 0 && at + 1 < parts.Length && Number(parts[at + 1].Split(',').Last()) is { } given ? given : 0;
        }

        total -= (level & 16) != 0 ? Memory(lines, "MemFree") ?? 0 : 0;
        total -= (level & 6) == 6 ? (Memory(lines, "Cached") ?? 0) + (Memory(lines, "Buffers") ?? 0) : 0;
        total -= (level & 8) != 0 ? Memory(lines, "AnonPages") ?? 0 : 0;
        return Math.Max(total, 0);
    }

    private static long? Memory(string[] lines, string name) =>
        lines.FirstOrDefault(line => line.StartsWith("memory\t" + name + " ", StringComparison.Ordinal)) is { } line ? Number(line.Substring(line.LastIndexOf(' ') + 1)) * 1024 : null;

    private static string? One(string[] lines, string key) =>
        lines.FirstOrDefault(line => line.StartsWith(key + "\t", StringComparison.Ordinal)) is { } line && line.Substring(key.Length + 1).Trim() is { Length: > 0 } value ? PrintableText.Clean(value) : null;

    private static long? Number(string? text) =>
        long.TryParse(text, NumberStyles.AllowLeadingSign, CultureInfo.InvariantCulture, out long number) && Math.Abs(number) < 1L << 52 ? number : null;
}
