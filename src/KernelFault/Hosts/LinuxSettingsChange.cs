using System.Text;
using System.Text.RegularExpressions;

namespace KernelFault.Hosts;

/// <summary>
/// Changes settings of the kernel of a Linux machine, now and for the next boot, or takes our changes back. How it was is written
/// down on the machine before anything else.
/// </summary>
internal sealed class LinuxSettingsChange
{
    private static readonly Regex s_value = new("^[A-Za-z0-9_.,:;/@+=-]{0,256}\\z", RegexOptions.CultureInvariant, TimeSpan.FromSeconds(1));
    private static readonly Regex s_sysctlValue = new("^[A-Za-z0-9_.,:/ -]{1,256}\\z", RegexOptions.CultureInvariant, TimeSpan.FromSeconds(1));
    private static readonly TimeSpan s_loaderTimeout = TimeSpan.FromMinutes(10);

    private readonly List<(string Text, Action<HostStepRecorder, CancellationToken> Do)> _steps = [];

    private LinuxSettingsChange(HostGuard? guard) => Guard = guard;

    /// <summary>What would be done, in order; empty when all is as wanted.</summary>
    internal IReadOnlyList<string> Steps => [.. _steps.Select(step => step.Text)];

    /// <summary>Why it cannot be done; null when it can.</summary>
    internal HostGuard? Guard { get; }

    /// <summary>Whether the next boot's arguments are changed, which a restart makes true.</summary>
    internal bool NeedsRestart { get; private set; }

    /// <summary>Changes settings.</summary>
    /// <param name="settings">How they are.</param>
    /// <param name="wanted">What they are to be; a value of null takes ours away.</param>
    /// <param name="now">Whether the running kernel is told.</param>
    /// <param name="nextBoot">Whether the next boot is.</param>
    /// <returns>The change.</returns>
    /// <exception cref="ArgumentException">A value holds what cannot stand in a file of sysctl or of a boot loader.</exception>
    internal static LinuxSettingsChange Set(LinuxSettings settings, IReadOnlyList<KeyValuePair<LinuxSetting, string?>> wanted, bool now, bool nextBoot)
    {
        foreach (KeyValuePair<LinuxSetting, string?> one in wanted)
        {
            if (one.Value is not null && !(one.Key.IsBootParameter ? s_value : s_sysctlValue).IsMatch(one.Value))
            {
                throw new ArgumentException($"'{one.Value}' is no value for {one.Key.Name}: letters, digits and . , : / @ + = - only.", nameof(wanted));
            }
        }

        return Build(settings, nextBoot ? wanted : [], now ? wanted.Where(one => one.Value is not null) : [], keep: true);
    }

    /// <summary>Takes our changes back.</summary>
    /// <param name="settings">How they are.</param>
    /// <param name="which">The settings to take back.</param>
    /// <returns>The change.</returns>
    internal static LinuxSettingsChange Restore(LinuxSettings settings, IReadOnlyList<LinuxSetting> which) => Build(
        settings,
        which.Select(setting => new KeyValuePair<LinuxSetting, string?>(setting, null)),
        which.Where(setting => setting.LivePath is not null && settings.State.Live.ContainsKey(setting.LivePath))
            .Select(setting => new KeyValuePair<LinuxSetting, string?>(setting, settings.State.Live[setting.LivePath!])),
        keep: false);

    /// <summary>Does it.</summary>
    /// <param name="recorder">Keeps what was done.</param>
    /// <param name="cancellation">Ends it between two steps.</param>
    internal void Execute(HostStepRecorder recorder, CancellationToken cancellation)
    {
        foreach ((_, Action<HostStepRecorder, CancellationToken> step) in _steps)
        {
            step(recorder, cancellation);
        }
    }

    private static LinuxSettingsChange Build(
        LinuxSettings settings, IEnumerable<KeyValuePair<LinuxSetting, string?>> boot, IEnumerable<KeyValuePair<LinuxSetting, string?>> live, bool keep)
    {
        KeyValuePair<LinuxSetting, string?>[] all = [.. boot];
        KeyValuePair<LinuxSetting, string?>[] arguments = [.. all.Where(one => one.Key.IsBootParameter && !IsAsWanted(settings, one.Key, one.Value))];
        KeyValuePair<LinuxSetting, string?>[] sysctls = [.. all.Where(one => !one.Key.IsBootParameter && OwnSysctl(settings, one.Key) != one.Value)];
        KeyValuePair<LinuxSetting, string?>[] now = [.. live.Where(one => one.Key.LivePath is not null && settings.Now(one.Key) != one.Value)];
        var change = new LinuxSettingsChange(arguments.Length > 0 && settings.Loader == LinuxBootLoader.Unknown
            ? new HostGuard(
                "BootLoaderUnknown",
                $"There is neither /etc/default/grub.d with update-grub nor grubby here, so {string.Join(", ", arguments.Select(one => one.Key.Name))} cannot be set for the next boot. Add it to the kernel's command line in your boot loader's configuration.",
                CanForce: false)
            : null);
        if (keep)
        {
            change.Keep(settings, arguments, now);
        }

        change.WriteSysctl(settings, sysctls);
        change.WriteArguments(settings, arguments);
        foreach (KeyValuePair<LinuxSetting, string?> one in now)
        {
            change.WriteLive(one.Key.LivePath!, one.Value!);
        }

        if (!keep)
        {
            change.Forget(settings.State, all.Select(one => one.Key));
        }

        return change;
    }

    private static string? OwnSysctl(LinuxSettings settings, LinuxSetting setting) => settings.Own.TryGetValue(setting.Name, out string? value) ? value : null;

    // grubby has no file of ours to take away: what was there before is put back instead.
    private static bool IsAsWanted(LinuxSettings settings, LinuxSetting setting, string? value) => settings.Loader == LinuxBootLoader.Grubby
        ? LinuxSettings.Value(settings.LoaderArguments, setting.Name) == (value ?? Before(settings, setting))
        : LinuxSettings.Value(settings.OwnArguments, setting.Name) == value;

    private static string? Before(LinuxSettings settings, LinuxSetting setting) =>
        settings.State.Arguments.TryGetValue(setting.Name, out string? before) ? before : LinuxSettings.Value(settings.LoaderArguments, setting.Name);

    private static string Argument(string name, string? value) => string.IsNullOrEmpty(value) ? name : name + "=" + value;

    private void Keep(LinuxSettings settings, KeyValuePair<LinuxSetting, string?>[] arguments, KeyValuePair<LinuxSetting, string?>[] now)
    {
        LinuxSettingState state = settings.State;
        int before = state.Live.Count + state.Arguments.Count;
        foreach (LinuxSetting setting in now.Select(one => one.Key))
        {
            if (!state.Live.ContainsKey(setting.LivePath!) && settings.Now(setting) is { } value)
            {
                state.Live[setting.LivePath!] = value;
            }
        }

        foreach (LinuxSetting setting in settings.Loader == LinuxBootLoader.Grubby ? arguments.Select(one => one.Key) : [])
        {
            if (!state.Arguments.ContainsKey(setting.Name))
            {
                state.Arguments[setting.Name] = LinuxSettings.Value(settings.LoaderArguments, setting.Name);
            }
        }

        if (state.Live.Count + state.Arguments.Count > before)
        {
            WriteState(state, "Keep how it is now in " + LinuxSettings.StatePath);
        }
    }

    private void Forget(LinuxSettingState state, IEnumerable<LinuxSetting> settings)
    {
        int before = state.Live.Count + state.Arguments.Count;
        foreach (LinuxSetting setting in settings)
        {
            state.Live.Remove(setting.LivePath ?? string.Empty);
            state.Arguments.Remove(setting.Name);
        }

        if (state.Live.Count + state.Arguments.Count < before)
        {
            WriteState(state, "Forget how it was, in " + LinuxSettings.StatePath);
        }
    }

    private void WriteState(LinuxSettingState state, string text)
    {
        byte[] content = state.ToBytes();
        _steps.Add((text, (recorder, cancellation) =>
        {
            recorder.RunOrThrow(new ProgramCall("mkdir", "-p", "-m", "755", LinuxSettings.StateFolder), cancellation);
            recorder.WriteFile(LinuxSettings.StatePath, content, cancellation);
        }));
    }

    private void WriteSysctl(LinuxSettings settings, KeyValuePair<LinuxSetting, string?>[] changed)
    {
        if (changed.Length == 0)
        {
            return;
        }

        var values = new SortedDictionary<string, string>(settings.Own, StringComparer.Ordinal);
        foreach (KeyValuePair<LinuxSetting, string?> one in changed)
        {
            if (one.Value is null)
            {
                values.Remove(one.Key.Name);
            }
            else
            {
                values[one.Key.Name] = one.Value;
            }
        }

        byte[] content = LinuxSettings.SysctlFile(values);
        string text = string.Join(", ", changed.Select(one => one.Value is null ? "no " + one.Key.Name : $"{one.Key.Name} = {one.Value}"));
        _steps.Add(($"Write {text} to {LinuxSettings.SysctlPath}", (recorder, cancellation) =>
        {
            recorder.RunOrThrow(new ProgramCall("mkdir", "-p", "/etc/sysctl.d"), cancellation);
            recorder.WriteFile(LinuxSettings.SysctlPath, content, cancellation);
        }));
    }

    private void WriteArguments(LinuxSettings settings, KeyValuePair<LinuxSetting, string?>[] changed)
    {
        if (changed.Length == 0)
        {
            return;
        }

        NeedsRestart = true;
        if (settings.Loader == LinuxBootLoader.Grubby)
        {
            foreach (KeyValuePair<LinuxSetting, string?> one in changed)
            {
                string? value = one.Value ?? Before(settings, one.Key);
                var call = new ProgramCall("grubby", "--update-kernel=ALL", value is null ? "--remove-args=" + one.Key.Name : "--args=" + Argument(one.Key.Name, value)) { Timeout = s_loaderTimeout };
                _steps.Add(("Run " + HostStepRecorder.Text(call), (recorder, cancellation) => recorder.RunOrThrow(call, cancellation)));
            }

            return;
        }

        string[] arguments =
        [
            .. settings.OwnArguments.Where(own => !changed.Any(one => LinuxSettings.Value([own], one.Key.Name) is not null)),
            .. changed.Where(one => one.Value is not null).Select(one => Argument(one.Key.Name, one.Value)),
        ];
        byte[] content = LinuxSettings.GrubFile(arguments);
        string text = string.Join(", ", changed.Select(one => one.Value is null ? "no " + one.Key.Name : Argument(one.Key.Name, one.Value)));
        _steps.Add(($"Write {text} to {LinuxSettings.GrubPath}", (recorder, cancellation) => recorder.WriteFile(LinuxSettings.GrubPath, content, cancellation)));
        _steps.Add(("Run update-grub", (recorder, cancellation) => recorder.RunOrThrow(new ProgramCall("update-grub") { Timeout = s_loaderTimeout }, cancellation)));
    }

    // The kernel's files take what is written in one go and cannot be replaced by another file, as WriteFile does.
    private void WriteLive(string path, string value)
    {
        var call = new ProgramCall("tee", path) { Input = Encoding.ASCII.GetBytes(value + "\n") };
        _steps.Add(($"Write {value} to {path}", (recorder, cancellation) => recorder.RunOrThrow(call, cancellation)));
    }
}
