using KernelFault.Health;
using KernelFault.Hosts;

namespace KernelFault.Playbooks.Actions;

/// <summary>Looks whether a machine has crashed since a time, by what a crash leaves.</summary>
/// <param name="host">The machine.</param>
/// <param name="since">The time, UTC by this machine's clock.</param>
internal sealed class NewCrash(IHost host, DateTime since)
{
    private IReadOnlyList<CrashFile> _last = [];

    /// <summary>
    /// Whether a crash left a file. Windows copies a dump out of its page file after the start, and a restart in the middle of that
    /// loses it: so the files count when they are the same twice.
    /// </summary>
    /// <param name="cancellation">Ends the work at once.</param>
    /// <returns>True when it did; false when not; null when there is one that may be written to still.</returns>
    /// <exception cref="HostException">The machine cannot be asked.</exception>
    internal bool? IsThere(CancellationToken cancellation)
    {
        HostFacts facts = host.GetFacts(cancellation);
        DateTime first = facts.ByItsClock(since);
        IReadOnlyList<CrashFile> found = facts.Platform == HostPlatform.Windows ? WindowsCrashFiles.Find(host, cancellation) : LinuxCrashFiles.Find(host, cancellation);

        // A live report comes without a crash, and the journal of the boot before is always there.
        CrashFile[] now = [.. found.Where(file => file.Kind is not (CrashFileKind.LiveKernelReport or CrashFileKind.Journal) && file.LastWriteTime >= first)];
        bool? isThere = now.Length == 0 ? false : now.SequenceEqual(_last) ? true : null;
        _last = now;
        return isThere;
    }
}
