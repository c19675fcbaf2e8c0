using System.Globalization;
using KernelFault.Formats;
using KernelFault.Hosts;

namespace KernelFault.Verification;

/// <summary>Reads how Driver Verifier is set on a machine: from its registry what is on disk, from <c>verifier.exe</c> what runs now.</summary>
/// <param name="host">The machine.</param>
public sealed class DriverVerifierReader(IHost host)
{
    internal const string Program = "verifier.exe";
    private const long MaximumOutput = 4 * 1024 * 1024;

    private readonly IHost _host = host ?? throw new ArgumentNullException(nameof(host));

    /// <summary>Reads the settings.</summary>
    /// <param name="cancellation">Ends the work at once.</param>
    /// <returns>The settings, and what could not be read of them.</returns>
    /// <exception cref="HostException">The machine cannot be asked, or is no Windows.</exception>
    public DriverVerifierSettings Read(CancellationToken cancellation)
    {
        HostFacts facts = _host.GetFacts(cancellation);
        if (HostGuard.Windows(facts) is { } guard)
        {
            throw new HostException(_host.Name, HostErrorKind.NotSupported, guard.Text);
        }

        var warnings = new List<string>();
        RegistrySnapshot? registry = Try(() => new HostRegistry(_host).Read([VerifierRegistry.Query], cancellation), warnings);
        VerifierReport? disk = null, now = null;
        if (_host.Kind != HostKind.OfflineWindows)
        {
            disk = Try(() => Report(facts, "/querysettings", cancellation), warnings);
            now = Try(() => Report(facts, "/query", cancellation), warnings);
        }

        return Settings(registry, disk, now, warnings);
    }

    /// <summary>A step of the verifier that only looks.</summary>
    internal VerifierReport Report(HostFacts facts, string option, CancellationToken cancellation)
    {
        ProgramResult result = _host.Run(new ProgramCall(Program, option) { MaximumOutput = MaximumOutput }, cancellation);
        string text = Text(result, facts);
        return result.ExitCode == 0
            ? VerifierReportReader.Read(text)
            : throw new HostException(_host.Name, HostErrorKind.Failed, PrintableText.Clean(FormattableString.Invariant($"'{Program} {option}' ended with {result.ExitCode}: {text.Trim()}")));
    }

    internal static string Text(ProgramResult result, HostFacts facts) =>
        ProgramText.Decode(result.Output.Length > 0 ? result.Output : result.Error, facts.OemCodePage?.ToString(CultureInfo.InvariantCulture));

    private static T? Try<T>(Func<T> read, List<string> warnings)
        where T : class
    {
        try
        {
            return read();
        }
        catch (HostException e) when (e.Kind is not (HostErrorKind.Unreachable or HostErrorKind.Refused))
        {
            warnings.Add(PrintableText.Clean(e.Message));
            return null;
        }
    }

    private DriverVerifierSettings Settings(RegistrySnapshot? registry, VerifierReport? disk, VerifierReport? now, List<string> warnings)
    {
        warnings.AddRange(registry?.Warnings ?? []);
        IReadOnlyList<string> drivers = registry is not null ? VerifierRegistry.Drivers(registry) : disk?.Files ?? [];
        long? level = registry is not null ? VerifierRegistry.Level(registry) : disk?.Level is { } bits and not 0 ? bits : null;
        if (registry is not null && disk?.Level is { } shown && shown != (level ?? 0))
        {
            warnings.Add(FormattableString.Invariant($"The registry has the flags 0x{level ?? 0:X8}, '{Program} /querysettings' says 0x{shown:X8}; the registry counts."));
        }

        long? options = registry is null ? null : VerifierRegistry.Options(registry);
        bool running = now is not null && (now.Drivers.Count > 0 || now.Level is not (null or 0));
        return new DriverVerifierSettings
        {
            ComputerName = _host.Name,
            IsConfigured = registry is null && disk is null ? null : drivers.Count > 0,
            Level = level,
            Flags = DriverVerifierFlag.Names(level ?? 0),
            Drivers = drivers.ToArray(),
            BootMode = registry?.Find(VerifierRegistry.Key) is null ? null : VerifierRegistry.BootMode(options ?? 0),
            BootModeText = disk?.BootMode,
            Options = options,
            IsRunning = now is null ? null : running,
            RunningLevel = running ? now!.Level : null,
            RunningFlags = DriverVerifierFlag.Names(running ? now!.Level ?? 0 : 0),
            RunningDrivers = now?.Drivers.ToArray() ?? [],
            Warnings = warnings.ToArray(),
        };
    }
}
