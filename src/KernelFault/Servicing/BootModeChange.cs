using System.Text.RegularExpressions;
using KernelFault.Formats;
using KernelFault.Hosts;

namespace KernelFault.Servicing;

// A setting "safeboot" in the entry that Windows starts from holds until somebody takes it away, which on a machine that does not get
// far in Safe Mode nobody can. So the entry is copied, the copy gets the setting, and the boot manager is told to start the copy
// once (bootsequence): the boot after that is a normal one by itself, and what is left is an entry that is never chosen.

/// <summary>Makes a Windows machine start in Safe Mode once, or until that is taken back.</summary>
/// <param name="mode">How it is to start.</param>
/// <param name="persistent">Whether every start is meant, not only the next.</param>
public sealed class BootModeChange(SafeMode mode, bool persistent) : IHostChange<BootModeResult>
{
    /// <summary>By this our copies of an entry are known.</summary>
    internal const string Description = "Safe Mode (KernelFault)";

    private const string Program = "bcdedit.exe";
    private const string Current = "{current}";
    private const string Manager = "{bootmgr}";

    private static readonly Regex s_id = new("\\{[0-9A-Fa-f]{8}(-[0-9A-Fa-f]{4}){3}-[0-9A-Fa-f]{12}\\}", RegexOptions.CultureInvariant, TimeSpan.FromSeconds(1));

    /// <inheritdoc/>
    public HostPlan<BootModeResult> Plan(IHost host, CancellationToken cancellation)
    {
        HostFacts facts = (host ?? throw new ArgumentNullException(nameof(host))).GetFacts(cancellation);
        HostGuard? guard = HostGuard.Windows(facts) ?? HostGuard.Elevated(facts) ?? (host.Kind == HostKind.OfflineWindows
            ? new HostGuard("NotRunning", "bcdedit changes the running Windows. Of one that does not run, use 'bcdedit /store' on its boot partition.", CanForce: false)
            : null);
        if (guard is not null)
        {
            return new HostPlan<BootModeResult>((_, _) => throw new InvalidOperationException(guard.Text)) { Guards = [guard] };
        }

        Store store = Read(host, cancellation);
        IReadOnlyList<ProgramCall> calls = [.. Calls(store)];
        bool copies = mode != SafeMode.Off && !persistent && store.Copy is null && calls.Count > 0;
        return new HostPlan<BootModeResult>((_, token) => Execute(host, store, calls, copies, token))
        {
            Steps = [.. calls.Select(call => "Run " + HostStepRecorder.Text(call))],
            Guards = mode != SafeMode.Off && calls.Count > 0 && host.Kind is HostKind.OpenSsh or HostKind.PowerShellSession
                ? [new HostGuard("OutOfReach", "Neither WinRM nor OpenSSH starts in Safe Mode by itself: the machine will not answer until it was restarted at its console.", CanForce: true)]
                : [],
            Warnings = calls.Count > 0 ? [.. Warnings()] : [],
        };
    }

    private static string Text(SafeMode mode) => mode == SafeMode.Network ? "network" : "minimal";

    private static SafeMode Mode(string? value) => value is null ? SafeMode.Off : value.Equals("Network", StringComparison.OrdinalIgnoreCase) ? SafeMode.Network : SafeMode.Minimal;

    private static IReadOnlyList<BootEntry> Enumerate(IHost host, string what, CancellationToken cancellation)
    {
        var call = new ProgramCall(Program, "/enum", what, "/v");
        ProgramResult result = host.Run(call, cancellation);
        IReadOnlyList<BootEntry> entries = BootEntry.Parse(ProgramText.Decode(result.Output));
        return result.ExitCode == 0 && entries.Count > 0
            ? entries
            : throw new HostException(host.Name, HostErrorKind.Failed, $"'{HostStepRecorder.Text(call)}' gave no entry (exit code {result.ExitCode}): {PrintableText.Clean(ProgramText.Decode(result.Output).Trim())}");
    }

    private static Store Read(IHost host, CancellationToken cancellation)
    {
        BootEntry current = Enumerate(host, Current, cancellation)[0];
        BootEntry? copy = Enumerate(host, "osloader", cancellation).FirstOrDefault(entry => entry.Value("description") == Description);
        BootEntry manager = Enumerate(host, Manager, cancellation)[0];
        bool once = copy is not null && manager.Value("bootsequence")?.Split('\n').FirstOrDefault()?.Equals(copy.Id, StringComparison.OrdinalIgnoreCase) == true;
        return new Store(current, copy, once);
    }

    private IEnumerable<string> Warnings()
    {
        if (mode == SafeMode.Off)
        {
            yield break;
        }

        yield return persistent
            ? $"Every start is a Safe Mode from now on. The way back: Set-BootMode -SafeMode Off, or in Safe Mode '{Program} /deletevalue {Current} safeboot'."
            : "The next start is a Safe Mode, the one after it a normal one. The way back before: Set-BootMode -SafeMode Off.";
        yield return "Where BitLocker protects the drive, have the recovery key at hand: it may be asked for.";
    }

    // A copy gets its identifier only when it is made; until then its place in the plan is held by a word.
    private IEnumerable<ProgramCall> Calls(Store store)
    {
        string? safeBoot = store.Current.Value("safeboot");
        bool runsInCopy = store.Copy is { } own && own.Id.Equals(store.Current.Id, StringComparison.OrdinalIgnoreCase);
        if (mode == SafeMode.Off || !persistent)
        {
            if (safeBoot is not null && !runsInCopy)
            {
                yield return new ProgramCall(Program, "/deletevalue", Current, "safeboot");
            }
        }

        if (mode == SafeMode.Off)
        {
            if (store.StartsCopyNext)
            {
                yield return new ProgramCall(Program, "/deletevalue", Manager, "bootsequence");
            }

            // The entry that runs is needed until the next start.
            if (store.Copy is { } copy && !runsInCopy)
            {
                yield return new ProgramCall(Program, "/delete", copy.Id, "/cleanup");
            }

            yield break;
        }

        if (persistent)
        {
            if (Mode(safeBoot) != mode)
            {
                yield return new ProgramCall(Program, "/set", Current, "safeboot", Text(mode));
            }

            yield break;
        }

        if (store.Copy is null)
        {
            yield return new ProgramCall(Program, "/copy", Current, "/d", Description);
        }

        string id = store.Copy?.Id ?? NewId;
        if (store.Copy is null || Mode(store.Copy.Value("safeboot")) != mode)
        {
            yield return new ProgramCall(Program, "/set", id, "safeboot", Text(mode));
        }

        if (!store.StartsCopyNext)
        {
            yield return new ProgramCall(Program, "/bootsequence", id);
        }
    }

    private const string NewId = "{the new entry}";

    private static BootModeResult Execute(IHost host, Store store, IReadOnlyList<ProgramCall> calls, bool copies, CancellationToken cancellation)
    {
        var recorder = new HostStepRecorder(host);
        string? id = null;
        try
        {
            foreach (ProgramCall call in calls)
            {
                ProgramCall actual = id is null ? call : new ProgramCall(call.Program, [.. call.Arguments.Select(argument => argument == NewId ? id : argument)]);
                ProgramResult result = recorder.RunOrThrow(actual, cancellation);
                if (copies && id is null)
                {
                    Match found = s_id.Match(ProgramText.Decode(result.Output));
                    id = found.Success ? found.Value : throw new HostException(host.Name, HostErrorKind.Failed, $"{Program} did not say which entry it made.");
                }
            }
        }
        catch (HostException) when (id is not null)
        {
            // Half a copy is worse than none.
            recorder.Run(new ProgramCall(Program, "/delete", id, "/cleanup"), cancellation);
            throw;
        }

        Store after = recorder.Steps.Count > 0 ? Read(host, cancellation) : store;
        return new BootModeResult { Host = host.Name, Before = store.Next, After = after.Next, IsPersistent = !after.StartsCopyNext && after.Next != SafeMode.Off, Steps = recorder.Steps };
    }

    /// <summary>What of the boot configuration counts here.</summary>
    private sealed record Store(BootEntry Current, BootEntry? Copy, bool StartsCopyNext)
    {
        // Running in the copy says nothing of the next start: that is normal again.
        internal SafeMode Next => StartsCopyNext ? Mode(Copy!.Value("safeboot"))
            : Copy is not null && Copy.Id.Equals(Current.Id, StringComparison.OrdinalIgnoreCase) ? SafeMode.Off : Mode(Current.Value("safeboot"));
    }
}
