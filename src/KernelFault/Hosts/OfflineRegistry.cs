using System.Globalization;
using KernelFault.Formats;
using KernelFault.Formats.Registry;

namespace KernelFault.Hosts;

/// <summary>The registry of a Windows that is not running, in its hives.</summary>
/// <param name="host">The Windows.</param>
internal sealed class OfflineRegistry(IHost host)
{
    private const string Folder = @"\SystemRoot\System32\config\";
    private const string Machine = @"HKLM\";
    private const string CurrentControlSet = "CurrentControlSet";

    internal RegistrySnapshot Read(IReadOnlyList<RegistryQuery> queries, CancellationToken cancellation)
    {
        var keys = new Dictionary<string, RegistryContent>(StringComparer.OrdinalIgnoreCase);
        var warnings = new List<string>();
        foreach (IGrouping<string, RegistryQuery> ofHive in queries.GroupBy(query => HiveName(query.Key), StringComparer.OrdinalIgnoreCase))
        {
            string path = HivePath(ofHive.Key, cancellation);
            try
            {
                using HiveFile hive = HiveFile.Read(OfflineHive.Read(host, path, out string? log, cancellation), path);
                foreach (RegistryQuery query in ofHive)
                {
                    cancellation.ThrowIfCancellationRequested();
                    if (Keys(hive, query.Key).FirstOrDefault() is { } key)
                    {
                        keys[query.Key] = Content(key, query) with { SubKeys = query.WithSubKeys ? [.. key.SubKeys.Select(child => Content(child, query))] : [] };
                    }
                }

                warnings.AddRange(log is null ? [] : [log]);
                warnings.AddRange(hive.Warnings.Select(warning => path + ": " + warning));
            }
            catch (Exception e) when (e is DumpFormatException or HiveDirtyException)
            {
                throw Unreadable(path, e);
            }
        }

        return new RegistrySnapshot(keys, warnings);
    }

    internal static IReadOnlyList<string> Steps(IReadOnlyList<RegistryChange> changes) =>
        [.. changes.Select(change => HiveName(change.Key)).Distinct(StringComparer.OrdinalIgnoreCase).Select(name => $"Keep a copy of the hive {name}"), .. changes.Select(change => change.Text())];

    internal HostGuard? Guard(IReadOnlyList<RegistryChange> changes, CancellationToken cancellation)
    {
        foreach (IGrouping<string, RegistryChange> ofHive in ByHive(changes))
        {
            string path = HivePath(ofHive.Key, cancellation);
            try
            {
                _ = Edit(OfflineHive.Read(host, path, out _, cancellation), path, ofHive);
            }
            catch (HiveDirtyException e)
            {
                return new HostGuard("HiveDirty", e.Message, CanForce: false);
            }
            catch (KeyNotFoundException e)
            {
                return new HostGuard("RegistryKeyMissing", PrintableText.Clean($"{path}: {e.Message}"), CanForce: false);
            }
            catch (DumpFormatException e)
            {
                return new HostGuard("HiveDamaged", $"The hive is damaged and is not changed: {e.Message}", CanForce: false);
            }
        }

        return null;
    }

    internal void Apply(IReadOnlyList<RegistryChange> changes, HostStepRecorder recorder, CancellationToken cancellation)
    {
        foreach (IGrouping<string, RegistryChange> ofHive in ByHive(changes))
        {
            string path = HivePath(ofHive.Key, cancellation);
            byte[] before = host.ReadFile(path, OfflineHive.MaximumLength, cancellation);
            byte[] after;
            try
            {
                after = Edit(OfflineHive.Read(host, path, out _, cancellation), path, ofHive);
            }
            catch (Exception e) when (e is DumpFormatException or HiveDirtyException or KeyNotFoundException)
            {
                throw Unreadable(path, e);
            }

            if (!after.AsSpan().SequenceEqual(before))
            {
                recorder.WriteFile(BackupPath(path, DateTime.UtcNow, cancellation), before, cancellation);
                recorder.WriteFile(path, after, cancellation);
            }
        }
    }

    private static IEnumerable<IGrouping<string, RegistryChange>> ByHive(IReadOnlyList<RegistryChange> changes) =>
        changes.GroupBy(change => HiveName(change.Key), StringComparer.OrdinalIgnoreCase);

    // Into the control set that was used last and into the one that is used next.
    private static byte[] Edit(byte[] bytes, string path, IEnumerable<RegistryChange> changes)
    {
        var editor = new HiveEditor(bytes, path, DateTimeOffset.UtcNow);
        foreach (RegistryChange change in changes)
        {
            HiveKey[] keys = [.. Keys(editor.Before, change.Key)];
            if (keys.Length == 0)
            {
                throw new KeyNotFoundException($"there is no key '{change.Key}'.");
            }

            foreach (HiveKey key in keys)
            {
                if (change.Data is { } data)
                {
                    editor.Set(key.Path, change.Name, data);
                }
                else
                {
                    editor.Delete(key.Path, change.Name);
                }
            }
        }

        return editor.ToArray();
    }

    private static IEnumerable<HiveKey> Keys(HiveFile hive, string key)
    {
        string below = key.Substring(Machine.Length + HiveName(key).Length).TrimStart('\\');
        if (!below.StartsWith(CurrentControlSet, StringComparison.OrdinalIgnoreCase) || (below.Length > CurrentControlSet.Length && below[CurrentControlSet.Length] != '\\'))
        {
            return hive.Find(below) is { } one ? [one] : [];
        }

        return ControlSet.ForNextStart(hive).Select(set => set.Find(below.Substring(CurrentControlSet.Length))).OfType<HiveKey>();
    }

    private static RegistryContent Content(HiveKey key, RegistryQuery query)
    {
        var values = new Dictionary<string, RegistryData>(StringComparer.OrdinalIgnoreCase);
        foreach (HiveValue value in key.Values)
        {
            if (query.Values.Count == 0 || query.Values.Contains(value.Name, StringComparer.OrdinalIgnoreCase))
            {
                values[value.Name] = value.Data;
            }
        }

        return new RegistryContent(key.Name, values, []);
    }

    private static string HiveName(string key)
    {
        string[] parts = key.Split('\\');
        return parts.Length > 2 && parts[0] == "HKLM" && (parts[1].ToUpperInvariant() is "SYSTEM" or "SOFTWARE")
            ? parts[1].ToUpperInvariant()
            : throw new ArgumentException($"'{key}' is no key of the hives SYSTEM and SOFTWARE.", nameof(key));
    }

    private string HivePath(string hive, CancellationToken cancellation) => (host.FindFile(Folder + hive, cancellation) ?? throw HostFileError.Of(host.Name, Folder + hive, new FileNotFoundException())).Path;

    private string BackupPath(string path, DateTime now, CancellationToken cancellation)
    {
        string start = path + ".kernelfault-" + now.ToString("yyyyMMdd'T'HHmmss'Z'", CultureInfo.InvariantCulture);
        string backup = start + ".bak";
        for (int i = 2; host.FindFile(backup, cancellation) is not null; i++)
        {
            backup = FormattableString.Invariant($"{start}-{i}.bak");
        }

        return backup;
    }

    private HostException Unreadable(string path, Exception e) =>
        new(host.Name, HostErrorKind.Failed, PrintableText.Clean($"'{path}' cannot be used: {(e as DumpFormatException)?.Expected ?? e.Message}"), e);
}
