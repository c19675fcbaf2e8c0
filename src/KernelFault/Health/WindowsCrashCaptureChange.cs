using KernelFault.Formats.Registry;
using KernelFault.Hosts;

namespace KernelFault.Health;

/// <summary>Changes CrashControl and the page files of a Windows machine, running or not; how they were first is kept there.</summary>
internal static class WindowsCrashCaptureChange
{
    private static readonly Dictionary<WindowsDumpType, uint> s_enabled = new()
    {
        [WindowsDumpType.None] = 0, [WindowsDumpType.Complete] = 1, [WindowsDumpType.Active] = 1, [WindowsDumpType.Kernel] = 2, [WindowsDumpType.Small] = 3, [WindowsDumpType.Automatic] = 7,
    };

    /// <summary>Looks, and says what would be done.</summary>
    internal static HostPlan<CrashCaptureResult> Plan(IHost host, HostFacts facts, CrashCaptureOptions options, CancellationToken cancellation)
    {
        var registry = new HostRegistry(host);
        CrashControl control = CrashControl.Read(host, cancellation);
        CrashCapture before = CrashCaptureReader.Of(host.Name, WindowsCrashCaptureReader.Read(host, control, cancellation));
        var state = WindowsCrashCaptureState.Read(host, control, cancellation);
        IReadOnlyList<RegistryChange> changes = HostRegistry.Needed(options.Restore ? state.Changes : [.. Wanted(options, control)], control.Snapshot);
        WindowsCrashCaptureState kept = options.Restore ? WindowsCrashCaptureState.Empty : state.With(changes, control.Snapshot);
        bool keeps = !kept.Equals(state) && (changes.Count > 0 || options.Restore);
        string statePath = WindowsCrashCaptureState.Path(control);
        HostGuard?[] guards = [HostGuard.Elevated(facts), changes.Count == 0 ? null : registry.Guard(changes, cancellation)];
        return new HostPlan<CrashCaptureResult>((_, token) =>
        {
            var recorder = new HostStepRecorder(host);
            if (keeps && !options.Restore)
            {
                recorder.WriteFile(statePath, kept.ToBytes(), token);
            }

            if (changes.Count > 0)
            {
                registry.Apply(changes, recorder, token);
            }

            if (keeps && options.Restore)
            {
                recorder.WriteFile(statePath, kept.ToBytes(), token);
            }

            return new CrashCaptureResult
            {
                Host = host.Name,
                Before = before,
                After = recorder.Steps.Count > 0 ? CrashCaptureReader.Read(host, token) : before,
                NeedsRestart = changes.Count > 0 && host.Kind != HostKind.OfflineWindows,
                Steps = recorder.Steps,
            };
        })
        {
            Steps =
            [
                .. keeps && !options.Restore ? ["Keep how it is now in " + statePath] : Array.Empty<string>(),
                .. changes.Count == 0 ? [] : registry.Steps(changes),
                .. keeps && options.Restore ? ["Forget how it was, in " + statePath] : Array.Empty<string>(),
            ],
            Guards = [.. guards.OfType<HostGuard>()],
            Warnings = changes.Count > 0 && host.Kind != HostKind.OfflineWindows ? ["Windows reads these values when it starts: they hold from the next restart on."] : [],
        };
    }

    private static IEnumerable<RegistryChange> Wanted(CrashCaptureOptions options, CrashControl control)
    {
        if (options.DumpType is { } type)
        {
            yield return Number("CrashDumpEnabled", s_enabled[type]);
            if (type == WindowsDumpType.Active)
            {
                yield return Number("FilterPages", 1);
            }
            else if (control.Number("FilterPages") is not null)
            {
                yield return new RegistryChange(CrashControl.Key, "FilterPages", null);
            }
        }

        if (options.DumpFile is { } dumpFile)
        {
            yield return new RegistryChange(CrashControl.Key, "DumpFile", RegistryData.ExpandString(dumpFile));
        }

        if (options.MinidumpFolder is { } folder)
        {
            yield return new RegistryChange(CrashControl.Key, "MinidumpDir", RegistryData.ExpandString(folder));
        }

        foreach ((string name, uint? number) in new[]
        {
            ("MinidumpsCount", (uint?)options.MinidumpCount), ("Overwrite", Flag(options.Overwrite)), ("AutoReboot", Flag(options.AutomaticRestart)), ("AlwaysKeepMemoryDump", Flag(options.KeepDump)),
        })
        {
            if (number is { } value)
            {
                yield return Number(name, value);
            }
        }

        if (options.DedicatedDumpFile is { } dedicated)
        {
            yield return new RegistryChange(CrashControl.Key, "DedicatedDumpFile", dedicated.Length == 0 ? null : RegistryData.String(dedicated));
        }

        if (options.PageFile is { } pageFiles)
        {
            bool automatic = pageFiles.Count == 1 && pageFiles[0].Equals("Automatic", StringComparison.OrdinalIgnoreCase);
            yield return new RegistryChange(CrashControl.MemoryKey, "PagingFiles", RegistryData.MultiString(automatic ? [@"?:\pagefile.sys"] : pageFiles));
        }
    }

    private static uint? Flag(bool? value) => value switch { true => 1, false => 0, null => null };

    private static RegistryChange Number(string name, uint value) => new(CrashControl.Key, name, RegistryData.DWord(value));
}
