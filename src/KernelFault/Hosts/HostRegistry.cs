using KernelFault.Formats;

namespace KernelFault.Hosts;

/// <summary>
/// The registry of a Windows, the same whether it runs or not: read by one script of ours or from its hives, changed by
/// <c>reg.exe</c> or in the hives. Keys are written <c>HKLM\SYSTEM\CurrentControlSet\…</c> for both.
/// </summary>
/// <param name="host">The machine.</param>
internal sealed class HostRegistry(IHost host)
{
    private readonly OfflineRegistry? _offline = host.Kind == HostKind.OfflineWindows ? new OfflineRegistry(host) : null;

    /// <summary>Reads keys, all in one round trip. A key that is not there is not in the answer.</summary>
    /// <exception cref="HostException">The machine cannot be asked, or a hive cannot be read.</exception>
    internal RegistrySnapshot Read(IReadOnlyList<RegistryQuery> queries, CancellationToken cancellation) =>
        _offline?.Read(queries, cancellation) ?? RegistryAnswer.Read(host, queries, cancellation);

    /// <summary>Those changes that make a difference to what was read.</summary>
    internal static IReadOnlyList<RegistryChange> Needed(IEnumerable<RegistryChange> changes, RegistrySnapshot now) =>
        [.. changes.Where(change => !Equals(now.Value(change.Key, change.Name), change.Data))];

    /// <summary>What <see cref="Apply"/> would do, for a plan.</summary>
    internal IReadOnlyList<string> Steps(IReadOnlyList<RegistryChange> changes) => _offline is null
        ? [.. changes.Select(change => "Run '" + HostStepRecorder.Text(change.Call()) + "'")]
        : OfflineRegistry.Steps(changes);

    /// <summary>What speaks against changing this registry at all; null when nothing does.</summary>
    internal HostGuard? Guard(IReadOnlyList<RegistryChange> changes, CancellationToken cancellation) => _offline?.Guard(changes, cancellation);

    /// <summary>Makes the changes. A hive is kept beside itself first, and the old or the new one is there at any moment.</summary>
    /// <exception cref="HostException">One of them failed; those before it are made, in a hive all or none.</exception>
    internal void Apply(IReadOnlyList<RegistryChange> changes, HostStepRecorder recorder, CancellationToken cancellation)
    {
        if (_offline is not null)
        {
            _offline.Apply(changes, recorder, cancellation);
            return;
        }

        foreach (RegistryChange change in changes)
        {
            ProgramCall call = change.Call();
            ProgramResult result = recorder.Run(call, cancellation);
            if (result.ExitCode != 0)
            {
                string text = ProgramText.Decode(result.Error.Length > 0 ? result.Error : result.Output, host.GetFacts(cancellation).OemCodePage?.ToString(System.Globalization.CultureInfo.InvariantCulture));
                throw new HostException(host.Name, HostErrorKind.Failed, PrintableText.Clean($"'{HostStepRecorder.Text(call)}' ended with {result.ExitCode}: {text.Trim()}"));
            }
        }
    }
}
