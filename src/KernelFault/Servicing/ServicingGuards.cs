using System.Globalization;
using KernelFault.Hosts;

namespace KernelFault.Servicing;

/// <summary>What speaks against a repair, found before anything is started.</summary>
internal static class ServicingGuards
{
    // What sfc copies is small; DISM fetches and unpacks packages.
    internal const long FewBytes = 512L * 1024 * 1024;
    internal const long ManyBytes = 3L * 1024 * 1024 * 1024;

    private static readonly string[] s_servicingReasons = ["Component Based Servicing", "Windows Update", "pending.xml"];

    /// <summary>The guards that stand.</summary>
    /// <param name="facts">The machine.</param>
    /// <param name="state">Its servicing.</param>
    /// <param name="needs">What the repair needs.</param>
    internal static IReadOnlyList<HostGuard> Of(HostFacts facts, ServicingState state, ServicingNeeds needs)
    {
        bool isOffline = needs.WindowsDirectory is not null;
        var guards = new List<HostGuard>();
        if (HostGuard.Elevated(facts) is { } elevated)
        {
            guards.Add(elevated);
        }

        if (state.Processes.Count > 0)
        {
            guards.Add(new HostGuard(
                "ServicingRunning",
                $"Servicing is at work on the machine ({string.Join(", ", state.Processes)}): an update, or another repair. Wait until it is done.",
                CanForce: true));
        }

        string[] pending = Pending(facts, state, isOffline);
        if (pending.Length > 0)
        {
            guards.Add(new HostGuard(
                "RestartPending",
                isOffline
                    ? $"The offline Windows has updates that wait for its start ({string.Join(", ", pending)}): start it once, or take them back with 'dism.exe /Image:... /Cleanup-Image /RevertPendingActions'."
                    : $"A restart is pending ({string.Join(", ", pending)}). Restart the machine first.",
                CanForce: needs.OnlyLooks));
        }

        if (!needs.OnlyLooks && state.FreeBytes is { } free && free < needs.Bytes)
        {
            guards.Add(new HostGuard(
                "DiskNearlyFull",
                string.Format(CultureInfo.InvariantCulture, "{0} has {1:N0} MB left; a repair may need {2:N0} MB. Make room first.", ServicingPath.Root(state.Windows), free >> 20, needs.Bytes >> 20),
                CanForce: true));
        }

        return guards;
    }

    /// <summary>What is worth to be known of a restart that hinders no repair.</summary>
    internal static IEnumerable<string> Warnings(HostFacts facts, ServicingNeeds needs)
    {
        string[] others = needs.WindowsDirectory is not null ? [] : [.. (facts.PendingRestart ?? []).Except(s_servicingReasons, StringComparer.OrdinalIgnoreCase)];
        return others.Length == 0 ? [] : [$"A restart is pending for other reasons ({string.Join(", ", others)}); that does not hinder a repair."];
    }

    // A new name of the machine or a file to be renamed hinders no repair.
    private static string[] Pending(HostFacts facts, ServicingState state, bool isOffline) =>
        isOffline
            ? [.. state.Pending]
            : [.. (facts.PendingRestart ?? []).Intersect(s_servicingReasons, StringComparer.OrdinalIgnoreCase).Union(state.Pending, StringComparer.OrdinalIgnoreCase)];
}
