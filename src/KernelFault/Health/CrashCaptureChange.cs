using System.Globalization;
using KernelFault.Hosts;

namespace KernelFault.Health;

/// <summary>Changes how a machine keeps its next crash, or takes such changes back.</summary>
/// <param name="options">What is to be changed.</param>
public sealed class CrashCaptureChange(CrashCaptureOptions options) : IHostChange<CrashCaptureResult>
{
    private readonly CrashCaptureOptions _options = options ?? throw new ArgumentNullException(nameof(options));

    /// <inheritdoc/>
    public HostPlan<CrashCaptureResult> Plan(IHost host, CancellationToken cancellation)
    {
        HostFacts facts = (host ?? throw new ArgumentNullException(nameof(host))).GetFacts(cancellation);
        HostGuard? platform = _options.AsksWindows || facts.Platform is not (HostPlatform.Windows or HostPlatform.Linux) ? HostGuard.Windows(facts) : null;
        platform ??= _options.AsksLinux ? HostGuard.Linux(facts) : null;
        if (platform is not null)
        {
            return new HostPlan<CrashCaptureResult>((_, _) => throw new InvalidOperationException(platform.Text)) { Guards = [platform] };
        }

        return facts.Platform == HostPlatform.Windows ? WindowsCrashCaptureChange.Plan(host, facts, _options, cancellation) : Linux(host, facts, cancellation);
    }

    private HostPlan<CrashCaptureResult> Linux(IHost host, HostFacts facts, CancellationToken cancellation)
    {
        LinuxSettings settings = LinuxSettings.Read(host, LinuxCrashCaptureReader.All, cancellation);
        LinuxCrashCapture capture = LinuxCrashCaptureReader.Read(host, settings, cancellation);
        LinuxSettingsChange change = _options.Restore
            ? LinuxSettingsChange.Restore(settings, LinuxCrashCaptureReader.All)
            : LinuxSettingsChange.Set(settings, Wanted(), now: true, nextBoot: true);

        // A crash kernel that is to be loaded needs memory that was reserved at boot.
        bool wrongService = _options.Service is { } on && (on ? capture.IsServiceEnabled != true || (capture.IsCrashKernelLoaded == false && capture.ReservedBytes > 0) : capture.IsServiceEnabled != false);
        ProgramCall? service = wrongService && capture.Service is { } name
            ? new ProgramCall("systemctl", _options.Service == true ? "enable" : "disable", "--now", name + ".service") { Timeout = TimeSpan.FromMinutes(5) }
            : null;
        HostGuard?[] guards =
        [
            HostGuard.Elevated(facts),
            change.Guard,
            _options.Service is not null && capture.Service is null
                ? new HostGuard("NoService", "Neither kdump-tools nor kdump is installed here. Install kdump-tools (Debian, Ubuntu) or kexec-tools (Red Hat, SUSE).", CanForce: false)
                : null,
        ];
        CrashCapture before = CrashCaptureReader.Of(host.Name, capture);
        return new HostPlan<CrashCaptureResult>((_, token) =>
        {
            var recorder = new HostStepRecorder(host);
            change.Execute(recorder, token);
            if (service is not null)
            {
                recorder.RunOrThrow(service, token);
            }

            bool changed = recorder.Steps.Count > 0;
            return new CrashCaptureResult
            {
                Host = host.Name, Before = before, After = changed ? CrashCaptureReader.Read(host, token) : before, NeedsRestart = change.NeedsRestart, Steps = recorder.Steps,
            };
        })
        {
            Steps = service is null ? change.Steps : [.. change.Steps, "Run " + HostStepRecorder.Text(service)],
            Guards = [.. guards.OfType<HostGuard>()],
            Warnings = change.NeedsRestart ? ["crashkernel counts from the next restart on."] : [],
        };
    }

    private List<KeyValuePair<LinuxSetting, string?>> Wanted()
    {
        var wanted = new List<KeyValuePair<LinuxSetting, string?>>();
        void Add(LinuxSetting setting, string? value)
        {
            if (value is not null)
            {
                wanted.Add(new KeyValuePair<LinuxSetting, string?>(setting, value));
            }
        }

        Add(LinuxCrashCaptureReader.CrashKernel, _options.CrashKernel);
        Add(LinuxCrashCaptureReader.PanicOnOops, _options.PanicOnOops switch { true => "1", false => "0", null => null });
        Add(LinuxCrashCaptureReader.PanicTimeout, _options.PanicTimeout?.ToString(CultureInfo.InvariantCulture));
        Add(LinuxCrashCaptureReader.SysRq, _options.SysRq?.ToString(CultureInfo.InvariantCulture));
        return wanted;
    }
}
