using KernelFault.Formats;
using KernelFault.Hosts;

namespace KernelFault.Verification;

/// <summary>Sets Driver Verifier on drivers: from the next start on, or on what runs now.</summary>
public sealed class EnableDriverVerifier : IHostChange<DriverVerifierChange>
{
    private const string CrashKey = @"HKLM\SYSTEM\CurrentControlSet\Control\CrashControl";
    private const string DumpValue = "CrashDumpEnabled";
    private const int RestartNeeded = 2;

    private readonly Func<string, IReadOnlyList<DriverVerifierTarget>> _targets;

    /// <summary>A change.</summary>
    /// <param name="targets">The drivers for a host, by its name.</param>
    /// <param name="level">Bits of <see cref="DriverVerifierFlag.Value"/>.</param>
    public EnableDriverVerifier(Func<string, IReadOnlyList<DriverVerifierTarget>> targets, long level)
    {
        _targets = targets ?? throw new ArgumentNullException(nameof(targets));
        Level = level is > 0 and <= uint.MaxValue ? level : throw new ArgumentOutOfRangeException(nameof(level), "Bits of a 32-bit number are needed, at least one.");
    }

    /// <summary>Bits to set.</summary>
    public long Level { get; }

    /// <summary>Whether what runs now is changed and nothing on disk.</summary>
    public bool IsVolatile { get; init; }

    /// <summary>How long the settings stay; of no meaning for volatile ones.</summary>
    public DriverVerifierBootMode BootMode { get; init; } = DriverVerifierBootMode.ResetOnBootFail;

    /// <summary>The bits of a preset.</summary>
    /// <param name="preset">The preset.</param>
    /// <returns>Bits of <see cref="DriverVerifierFlag.Value"/>.</returns>
    public static long LevelOf(DriverVerifierPreset preset) => DriverVerifierData.Level(preset);

    /// <inheritdoc/>
    public HostPlan<DriverVerifierChange> Plan(IHost host, CancellationToken cancellation)
    {
        HostFacts facts = (host ?? throw new ArgumentNullException(nameof(host))).GetFacts(cancellation);
        HostGuard? basic = HostGuard.Windows(facts)
            ?? HostGuard.Elevated(facts)
            ?? (host.Kind == HostKind.OfflineWindows ? new HostGuard("NotRunning", "Driver Verifier is switched on while its Windows runs: an offline one can only have it switched off.", CanForce: false) : null);
        if (basic is not null)
        {
            return new HostPlan<DriverVerifierChange>((_, _) => throw new InvalidOperationException(basic.Text)) { Guards = [basic] };
        }

        RegistrySnapshot registry = new HostRegistry(host).Read([VerifierRegistry.Query, VerifierTargets.Query, new RegistryQuery(CrashKey) { Values = [DumpValue] }], cancellation);
        VerifierTargets targets = VerifierTargets.Find(host, _targets(host.Name), registry, cancellation);
        var warnings = new List<string>();
        HostGuard[] guards = [.. targets.Guards, .. Guards(registry, host, warnings, cancellation)];
        ProgramCall[] calls = targets.Files.Count == 0 || IsSet(registry, targets.Files) ? [] : Calls(targets.Files);
        if (calls.Length > 0)
        {
            warnings.AddRange(Warnings(registry, targets.Files));
        }

        return new HostPlan<DriverVerifierChange>((progress, stop) => Execute(host, facts, calls, targets.Files, progress, stop))
        {
            Steps = [.. calls.Select(call => "Run '" + HostStepRecorder.Text(call) + "'")],
            Guards = guards,
            Warnings = warnings.ToArray(),
        };
    }

    // Volatile settings are not compared: setting them again does nothing.
    private bool IsSet(RegistrySnapshot registry, IReadOnlyList<string> files) =>
        !IsVolatile
        && VerifierRegistry.Level(registry) == Level
        && new HashSet<string>(VerifierRegistry.Drivers(registry), StringComparer.OrdinalIgnoreCase).SetEquals(files)
        && VerifierRegistry.BootMode(VerifierRegistry.Options(registry) ?? 0) == BootMode;

    private ProgramCall[] Calls(IReadOnlyList<string> files)
    {
        string level = FormattableString.Invariant($"0x{Level:X}");
        return IsVolatile
            ?
            [
                new ProgramCall(DriverVerifierReader.Program, "/volatile", "/flags", level),
                new ProgramCall(DriverVerifierReader.Program, ["/volatile", "/adddriver", .. files]),
            ]
            :
            [
                new ProgramCall(DriverVerifierReader.Program, ["/flags", level, "/driver", .. files]),
                new ProgramCall(DriverVerifierReader.Program, "/bootmode", ModeWord()),
            ];
    }

    private string ModeWord() => BootMode switch
    {
        DriverVerifierBootMode.Persistent => "persistent",
        DriverVerifierBootMode.OneBoot => "oneboot",
        DriverVerifierBootMode.ResetOnUnusualShutdown => "resetonunusualshutdown",
        _ => "resetonbootfail",
    };

    private List<HostGuard> Guards(RegistrySnapshot registry, IHost host, List<string> warnings, CancellationToken cancellation)
    {
        var guards = new List<HostGuard>();
        DriverVerifierFlag[] late = [.. DriverVerifierFlag.All.Where(flag => flag.NeedsRestart && (flag.Value & Level) != 0)];
        if (IsVolatile && late.Length > 0)
        {
            guards.Add(new HostGuard("FlagNeedsRestart", $"These flags count from a start on, and Windows may refuse them now: {string.Join(", ", late.Select(flag => flag.Id))}.", CanForce: true));
        }

        switch (registry.Value(CrashKey, DumpValue)?.Number)
        {
            case null:
                warnings.Add("Whether a crash would leave a dump cannot be told; see Get-CrashCapture.");
                break;
            case 0:
                guards.Add(new HostGuard("NoCrashDump", "This machine writes no dump when it crashes, so an error that is found would tell nothing. Set one with Set-CrashCapture first.", CanForce: true));
                break;
        }

        switch (RecoveryPath.Read(host, cancellation).Exists)
        {
            case null:
                warnings.Add("Whether there is a restore point or a recovery environment cannot be told.");
                break;
            case false:
                guards.Add(new HostGuard("NoRecoveryPath", "There is neither a restore point nor a recovery environment to bring this machine back with. Make a restore point ('Checkpoint-Computer') or run 'reagentc /enable' first.", CanForce: true));
                break;
        }

        return guards;
    }

    private List<string> Warnings(RegistrySnapshot registry, IReadOnlyList<string> files)
    {
        var warnings = new List<string>
        {
            "An error that is found stops Windows with a bug check (0xC4, 0xC9, 0xD6, 0xE6 and others); that is what this is for.",
        };
        warnings.AddRange(WayOut(IsVolatile));
        string[] others = [.. VerifierRegistry.Drivers(registry).Except(files, StringComparer.OrdinalIgnoreCase)];
        if (!IsVolatile && others.Length > 0)
        {
            warnings.Add($"These are verified until now and will not be from the next start on: {PrintableText.Clean(string.Join(", ", others))}.");
        }

        DriverVerifierFlag[] faults = [.. DriverVerifierFlag.All.Where(flag => flag.InjectsFaults && (flag.Value & Level) != 0)];
        if (faults.Length > 0)
        {
            warnings.Add($"These make calls fail or wait on purpose, which programs feel too: {string.Join(", ", faults.Select(flag => flag.Id))}.");
        }

        if (!IsVolatile && BootMode == DriverVerifierBootMode.Persistent)
        {
            warnings.Add("The settings stay even if Windows does not start: it may stop at each start until they are taken away.");
        }

        return warnings;
    }

    /// <summary>How to get out again.</summary>
    internal static string[] WayOut(bool isVolatile) => isVolatile
        ? ["A restart ends volatile verification; so does 'Disable-DriverVerifier -Volatile'."]
        :
        [
            "To end it: 'Disable-DriverVerifier' or 'verifier /reset', and a restart.",
            "If Windows does not start: start it in Safe Mode, where nothing is verified, or in the recovery environment, and run 'verifier /reset'.",
            @"From another system: 'Disable-DriverVerifier -WindowsDirectory D:\Windows' takes the settings out of its registry.",
        ];

    private DriverVerifierChange Execute(IHost host, HostFacts facts, ProgramCall[] calls, IReadOnlyList<string> files, IProgress<HostProgress> progress, CancellationToken cancellation)
    {
        var recorder = new HostStepRecorder(host);
        bool restart = false;
        for (int i = 0; i < calls.Length; i++)
        {
            progress.Report(new HostProgress(HostStepRecorder.Text(calls[i]), 100.0 * i / calls.Length));
            ProgramResult result = recorder.Run(calls[i], cancellation);
            restart |= result.ExitCode == RestartNeeded;
            if (result.ExitCode is 0 or RestartNeeded)
            {
                continue;
            }

            // Half of it is worse than nothing: without the boot mode a machine may stop at each start.
            if (i > 0 && !IsVolatile)
            {
                recorder.Run(new ProgramCall(DriverVerifierReader.Program, "/reset"), CancellationToken.None);
            }

            throw new HostException(host.Name, HostErrorKind.Failed, PrintableText.Clean(FormattableString.Invariant($"'{HostStepRecorder.Text(calls[i])}' ended with {result.ExitCode}: {DriverVerifierReader.Text(result, facts).Trim()}")));
        }

        return new DriverVerifierChange
        {
            ComputerName = host.Name,
            IsChanged = calls.Length > 0,
            Drivers = files.ToArray(),
            Level = Level,
            Flags = DriverVerifierFlag.Names(Level),
            BootMode = IsVolatile ? null : BootMode,
            IsVolatile = IsVolatile,
            NeedsRestart = restart || (!IsVolatile && calls.Length > 0),
            WayOut = WayOut(IsVolatile),
            Steps = recorder.Steps,
        };
    }
}
