using KernelFault.Formats;
using KernelFault.Hosts;

namespace KernelFault.Verification;

/// <summary>Takes Driver Verifier off a machine: its settings for the next start, what runs now, or those of a Windows that does not run.</summary>
public sealed class DisableDriverVerifier : IHostChange<DriverVerifierChange>
{
    private const int RestartNeeded = 2;

    /// <summary>Whether drivers are taken out of what runs now, and nothing on disk is changed.</summary>
    public bool IsVolatile { get; init; }

    /// <inheritdoc/>
    public HostPlan<DriverVerifierChange> Plan(IHost host, CancellationToken cancellation)
    {
        HostFacts facts = (host ?? throw new ArgumentNullException(nameof(host))).GetFacts(cancellation);
        bool offline = host.Kind == HostKind.OfflineWindows;
        HostGuard? basic = HostGuard.Windows(facts)
            ?? HostGuard.Elevated(facts)
            ?? (offline && IsVolatile ? new HostGuard("NotRunning", "Nothing is verified now in a Windows that does not run; leave out -Volatile.", CanForce: false) : null);
        if (basic is not null)
        {
            return new HostPlan<DriverVerifierChange>((_, _) => throw new InvalidOperationException(basic.Text)) { Guards = [basic] };
        }

        return IsVolatile ? Running(host, facts, cancellation) : Stored(host, facts, offline, cancellation);
    }

    private HostPlan<DriverVerifierChange> Running(IHost host, HostFacts facts, CancellationToken cancellation)
    {
        string[] drivers = [.. new DriverVerifierReader(host).Report(facts, "/query", cancellation).Drivers.Select(driver => driver.Name)];
        ProgramCall[] calls = drivers.Length == 0 ? [] : [new ProgramCall(DriverVerifierReader.Program, ["/volatile", "/removedriver", .. drivers])];
        return Programs(host, facts, calls);
    }

    private HostPlan<DriverVerifierChange> Stored(IHost host, HostFacts facts, bool offline, CancellationToken cancellation)
    {
        var registry = new HostRegistry(host);
        RegistrySnapshot now = registry.Read([VerifierRegistry.Query], cancellation);
        IReadOnlyList<RegistryChange> changes = VerifierRegistry.Removal(now);
        if (!offline)
        {
            return Programs(host, facts, changes.Count == 0 ? [] : [new ProgramCall(DriverVerifierReader.Program, "/reset")]);
        }

        HostGuard? guard = changes.Count == 0 ? null : registry.Guard(changes, cancellation);
        return new HostPlan<DriverVerifierChange>((_, stop) =>
        {
            var recorder = new HostStepRecorder(host);
            registry.Apply(changes, recorder, stop);
            return Result(host, changes.Count > 0, needsRestart: false, recorder);
        })
        {
            Steps = changes.Count == 0 ? [] : registry.Steps(changes),
            Guards = guard is null ? [] : [guard],
            Warnings = [.. now.Warnings.Where(_ => guard is null)],
        };
    }

    private HostPlan<DriverVerifierChange> Programs(IHost host, HostFacts facts, ProgramCall[] calls) => new((progress, stop) =>
    {
        var recorder = new HostStepRecorder(host);
        foreach (ProgramCall call in calls)
        {
            progress.Report(new HostProgress(HostStepRecorder.Text(call), null));
            ProgramResult result = recorder.Run(call, stop);
            if (result.ExitCode is not (0 or RestartNeeded))
            {
                throw new HostException(host.Name, HostErrorKind.Failed, PrintableText.Clean(FormattableString.Invariant($"'{HostStepRecorder.Text(call)}' ended with {result.ExitCode}: {DriverVerifierReader.Text(result, facts).Trim()}")));
            }
        }

        return Result(host, calls.Length > 0, needsRestart: calls.Length > 0 && !IsVolatile, recorder);
    })
    {
        Steps = [.. calls.Select(call => "Run '" + HostStepRecorder.Text(call) + "'")],
    };

    private DriverVerifierChange Result(IHost host, bool isChanged, bool needsRestart, HostStepRecorder recorder) => new()
    {
        ComputerName = host.Name,
        IsChanged = isChanged,
        Drivers = [],
        Level = 0,
        Flags = [],
        BootMode = null,
        IsVolatile = IsVolatile,
        NeedsRestart = needsRestart,
        WayOut = [],
        Steps = recorder.Steps,
    };
}
