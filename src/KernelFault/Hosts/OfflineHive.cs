using KernelFault.Formats.Registry;

namespace KernelFault.Hosts;

/// <summary>Reads a hive of a Windows that is not running, whole: a Windows that crashed or lost its power leaves the newest values in the logs beside it.</summary>
internal static class OfflineHive
{
    /// <summary>The longest hive that is read, in bytes.</summary>
    internal const long MaximumLength = 1024L * 1024 * 1024;

    private static readonly string[] s_logs = [".LOG1", ".LOG2", ".LOG"];

    /// <summary>Reads it.</summary>
    /// <param name="host">The Windows.</param>
    /// <param name="path">The hive.</param>
    /// <param name="warning">What was done about a writing that did not end; null when nothing had to be.</param>
    /// <param name="cancellation">Ends the work at once.</param>
    /// <returns>The bytes of a hive whose writing ended.</returns>
    /// <exception cref="HostException">It cannot be read.</exception>
    /// <exception cref="HiveDirtyException">Its logs are in the form of older Windows.</exception>
    internal static byte[] Read(IHost host, string path, out string? warning, CancellationToken cancellation)
    {
        byte[] bytes = host.ReadFile(path, MaximumLength, cancellation);
        warning = null;
        if (!HiveLogs.AreNeeded(bytes))
        {
            return bytes;
        }

        string[] logs = [.. s_logs.Select(end => path + end).Where(log => host.FindFile(log, cancellation) is { IsFolder: false, Length: > 0 })];
        byte[] whole = HiveLogs.Apply(bytes, [.. logs.Select(log => host.ReadFile(log, MaximumLength, cancellation))], path, out int entries);
        warning = entries > 0
            ? FormattableString.Invariant($"{path}: its last writing did not end; {entries} changes of its logs are applied.")
            : $"{path}: its last writing did not end, and no log of it can be applied; values may be older than the machine had them.";
        return whole;
    }
}
