using System.Globalization;
using KernelFault.Hosts;

namespace KernelFault.Health;

/// <summary>
/// Copies what crashes left on a machine to a folder here, each file whole and compared by its hash. What was saved before is not
/// copied again, a copy that was broken off goes on where it ended, and nothing is ever deleted on the machine.
/// </summary>
/// <param name="destination">Folder here; each machine has one of its own in it.</param>
/// <param name="kinds">The kinds that are wanted; empty for all.</param>
/// <param name="since">Files older than that, UTC by this machine's clock, are left; null for none.</param>
public sealed class CrashDumpCollection(string destination, IReadOnlyList<CrashFileKind> kinds, DateTime? since) : IHostChange<IReadOnlyList<SavedCrashFile>>
{
    /// <inheritdoc/>
    public HostPlan<IReadOnlyList<SavedCrashFile>> Plan(IHost host, CancellationToken cancellation)
    {
        HostFacts facts = (host ?? throw new ArgumentNullException(nameof(host))).GetFacts(cancellation);
        HostGuard? platform = facts.Platform is HostPlatform.Windows or HostPlatform.Linux ? null : HostGuard.Linux(facts);
        if (platform is not null)
        {
            return new HostPlan<IReadOnlyList<SavedCrashFile>>((_, _) => []) { Guards = [platform] };
        }

        DateTime? oldest = since is { } time ? facts.ByItsClock(time) : null;
        var folder = new CrashFileFolder(Path.Combine(destination, SafeName.Of(host.Name)));
        CrashFile[] found = [.. (facts.Platform == HostPlatform.Windows ? WindowsCrashFiles.Find(host, cancellation) : LinuxCrashFiles.Find(host, cancellation))
            .Where(file => (kinds.Count == 0 || kinds.Contains(file.Kind)) && !(file.LastWriteTime < oldest))];
        CrashFile[] missing = [.. found.Where(file => folder.Saved(file) is null)];
        return new HostPlan<IReadOnlyList<SavedCrashFile>>((progress, token) => Save(host, folder, found, progress, token))
        {
            Steps = [.. missing.Select(file => FormattableString.Invariant($"Copy {file.Path} ({Size(file.Length)}) to {folder.PathOf(file)}"))],
            Guards = folder.FreeBytes < missing.Sum(file => file.Length)
                ? [new HostGuard("DiskNearlyFull", $"{Size(missing.Sum(file => file.Length))} are to be copied and {Size(folder.FreeBytes!.Value)} are free in '{destination}'. Choose another folder, or fewer files by -Kind or -Since.", CanForce: true)]
                : [],
            Warnings =
            [
                .. facts.IsElevated == false && facts.Platform == HostPlatform.Linux ? ["Not root there: files that only root may read are not saved."] : Array.Empty<string>(),
                .. found.Length == 0 ? ["No crash has left a file there, or none of those that were asked for."] : Array.Empty<string>(),
            ],
        };
    }

    private static SavedCrashFile[] Save(IHost host, CrashFileFolder folder, CrashFile[] files, IProgress<HostProgress> progress, CancellationToken cancellation)
    {
        var saved = new List<SavedCrashFile>();
        long total = Math.Max(1, files.Sum(file => file.Length));
        long done = 0;
        foreach (CrashFile file in files)
        {
            cancellation.ThrowIfCancellationRequested();
            saved.Add(folder.Saved(file) is { } before
                ? before with { Host = host.Name, Status = SavedCrashStatus.AlreadySaved }
                : folder.Save(host, file, bytes => progress.Report(new HostProgress("Copying " + file.Path, 100.0 * (done + bytes) / total)), cancellation));
            done += file.Length;
        }

        return [.. saved];
    }

    private static string Size(long bytes) => bytes < 10_000_000
        ? string.Format(CultureInfo.InvariantCulture, "{0:#,0} KB", (bytes + 1023) / 1024)
        : string.Format(CultureInfo.InvariantCulture, "{0:#,0} MB", bytes / 1048576);
}
