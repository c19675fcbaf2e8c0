using KernelFault.Hosts;

namespace KernelFault.Verification;

/// <summary>Sets options by which the Linux kernel watches itself, now and for the next start, or takes them back to how they were.</summary>
public sealed class KernelDebugOptionChange : IHostChange<KernelDebugOptionResult>
{
    private readonly KernelDebugOptionInfo[] _options;
    private readonly string? _value;
    private readonly KernelDebugOptionScope _scope;

    private KernelDebugOptionChange(KernelDebugOptionInfo[] options, string? value, KernelDebugOptionScope scope) => (_options, _value, _scope) = (options, value, scope);

    /// <summary>Sets options to a value.</summary>
    /// <param name="names">Names of options.</param>
    /// <param name="value">The value, the same for all.</param>
    /// <param name="scope">For when.</param>
    /// <returns>The change.</returns>
    /// <exception cref="ArgumentException">There is no such option, or it takes no such value.</exception>
    public static KernelDebugOptionChange Set(IReadOnlyList<string> names, string value, KernelDebugOptionScope scope)
    {
        KernelDebugOptionInfo[] options = Find(names);
        if (options.Length == 0)
        {
            throw new ArgumentException("No option is named.", nameof(names));
        }

        if (options.FirstOrDefault(option => value is null || !option.Pattern.IsMatch(value)) is { } other)
        {
            throw new ArgumentException($"'{value}' is no value for {other.Name}. {other.Values}", nameof(value));
        }

        return new KernelDebugOptionChange(options, value, scope);
    }

    /// <summary>Takes options back to how they were.</summary>
    /// <param name="names">Names of options; empty for all.</param>
    /// <returns>The change.</returns>
    /// <exception cref="ArgumentException">There is no such option.</exception>
    public static KernelDebugOptionChange Restore(IReadOnlyList<string> names)
    {
        KernelDebugOptionInfo[] options = Find(names);
        return new KernelDebugOptionChange(options.Length == 0 ? [.. KernelDebugOptionInfo.All] : options, null, KernelDebugOptionScope.NowAndNextBoot);
    }

    /// <inheritdoc/>
    public HostPlan<KernelDebugOptionResult> Plan(IHost host, CancellationToken cancellation)
    {
        HostFacts facts = (host ?? throw new ArgumentNullException(nameof(host))).GetFacts(cancellation);
        if (HostGuard.Linux(facts) is { } notLinux)
        {
            return new HostPlan<KernelDebugOptionResult>((_, _) => throw new HostGuardException([notLinux])) { Steps = ["Set options of the kernel"], Guards = [notLinux] };
        }

        LinuxSettings settings = KernelDebugOptionReader.Settings(host, cancellation);
        var guards = new List<HostGuard>();
        var warnings = new List<string>();
        LinuxSettingsChange change = _value is null ? LinuxSettingsChange.Restore(settings, [.. _options.Select(option => option.Setting)]) : SetChange(settings, guards, warnings);
        if (change.Steps.Count > 0)
        {
            guards.AddRange(new[] { HostGuard.Elevated(facts), change.Guard }.OfType<HostGuard>());
        }

        if (change.NeedsRestart)
        {
            warnings.Add(_value is null ? "Arguments of the kernel are as before after the next start." : "Arguments of the kernel come into force at the next start. Should it not come up, take them off the kernel's line in the boot loader's menu.");
        }

        return new HostPlan<KernelDebugOptionResult>((_, token) => Execute(host, change, token))
        {
            Steps = change.Steps,
            Guards = guards.ToArray(),
            Warnings = change.Steps.Count == 0 ? [] : warnings.ToArray(),
        };
    }

    private static KernelDebugOptionInfo[] Find(IReadOnlyList<string> names) =>
    [
        .. names.Select(name => KernelDebugOptionInfo.Find(name) ?? throw new ArgumentException(
            $"There is no option '{name}'. There are {string.Join(", ", KernelDebugOptionInfo.All.Select(option => option.Name))}.",
            nameof(names))).Distinct(),
    ];

    private LinuxSettingsChange SetChange(LinuxSettings settings, List<HostGuard> guards, List<string> warnings)
    {
        bool now = _scope != KernelDebugOptionScope.NextBoot;
        bool nextBoot = _scope != KernelDebugOptionScope.Now;
        var wanted = new List<KeyValuePair<LinuxSetting, string?>>();
        foreach (KernelDebugOptionInfo option in _options)
        {
            bool live = settings.HasLive(option.Setting);
            if (!live && !option.IsBootParameter)
            {
                guards.Add(new HostGuard("OptionNotInKernel", $"The running kernel has no {option.Name} (there is no {option.Setting.LivePath}); it came with {option.Since} or has to be built in.", CanForce: false));
                continue;
            }

            if (!live && now)
            {
                if (!nextBoot)
                {
                    guards.Add(new HostGuard("OptionNeedsRestart", $"{option.Name} is an argument of the kernel and is set for the next start only.", CanForce: false));
                    continue;
                }

                if (option.Setting.LivePath is { } path)
                {
                    warnings.Add($"The running kernel has no {path}: {option.Name} is set for the next start only, and does nothing there if the kernel was built without it.");
                }
            }

            if (option.Warning is { } warning && _value is not "0")
            {
                warnings.Add(warning);
            }

            wanted.Add(new(live || !option.IsBootParameter ? option.Setting : LinuxSetting.BootParameter(option.Setting.Name), _value));
        }

        return LinuxSettingsChange.Set(settings, wanted, now, nextBoot);
    }

    private KernelDebugOptionResult Execute(IHost host, LinuxSettingsChange change, CancellationToken cancellation)
    {
        var recorder = new HostStepRecorder(host);
        change.Execute(recorder, cancellation);
        return new KernelDebugOptionResult
        {
            ComputerName = host.Name,
            IsChanged = change.Steps.Count > 0,
            NeedsRestart = change.NeedsRestart,
            Options = KernelDebugOptionReader.Of(host.Name, KernelDebugOptionReader.Settings(host, cancellation), _options),
            Steps = recorder.Steps,
        };
    }
}
