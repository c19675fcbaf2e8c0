using KernelFault.Formats;

namespace KernelFault.Servicing;

// The System File Checker marks its lines in CBS.log with [SR]; they are English in every Windows. A text with its length stands as
// [l:9]'ntdll.dll' (Windows 8.1 and later) or [l:18{9}]"ntdll.dll" (before). The lines that tell:
//   Verifying 100 (0x64) components / Verify complete / Repairing 11 components / Repair complete
//   Cannot repair member file X of COMPONENT, version V, arch A, ... in the store, REASON
//   Unable to repair \SystemRoot\WinSxS\FOLDER\\X       then   Repaired file \SystemRoot\WinSxS\FOLDER\\X by copying from backup
//   Repairing corrupted file \??\C:\Windows\System32\\X from store
//   Could not reproject corrupted file \??\C:\Windows\System32\\X; source file in store is also corrupted
// Since Windows 10 it looks at the files of driver packages too, and marks what it finds with [Pnp], each with the whole path:
//   Corrupt file: PATH / Repaired file: PATH / Failed repairing file: PATH: error
// A file is verified, tried, and tried again at the end. "Repaired ... from backup" does not last when the next line says that the
// file cannot be repaired: the last word about a file counts.

/// <summary>Reads what the System File Checker wrote into CBS.log.</summary>
internal sealed class SystemFileScanReader
{
    private const int MaximumProblems = 10_000;
    private const string Marker = "[SR] ";
    private const string DriverMarker = "[Pnp] ";

    private readonly List<SystemFileFinding> _entries = [];
    private readonly Dictionary<string, SystemFileFinding> _byKey = new(StringComparer.OrdinalIgnoreCase);
    private DateTime? _start;
    private DateTime? _end;
    private long _components;
    private bool _isVerified;
    private bool _isComplete;

    private SystemFileScanReader()
    {
    }

    /// <summary>Reads the lines of one run.</summary>
    /// <param name="lines">The log, the oldest line first.</param>
    /// <param name="since">Lines from before are another run's; in the machine's local time. Null for all.</param>
    /// <returns>What they say.</returns>
    internal static SystemFileScan Read(IEnumerable<ServicingLogLine> lines, DateTime? since)
    {
        var reader = new SystemFileScanReader();
        foreach (ServicingLogLine line in lines)
        {
            if (line.Time is null || line.Time < since)
            {
                continue;
            }

            if (Marked(line.Text, Marker) is { } text)
            {
                reader._start ??= line.Time;
                reader._end = line.Time;
                reader.Add(text);
            }
            else if (Marked(line.Text, DriverMarker) is { } driver)
            {
                reader.AddDriver(driver);
            }
        }

        return new SystemFileScan
        {
            StartTime = reader._start,
            EndTime = reader._end,
            ComponentCount = reader._components,
            IsVerified = reader._isVerified,
            IsComplete = reader._isComplete,
            Problems = [.. reader._entries.Select(entry => entry.ToProblem())],
        };
    }

    private void Add(string text)
    {
        if (After(text, "Verifying ") is { } verifying)
        {
            _components += Count(verifying);
            _isVerified = false;
            _isComplete = false;
        }
        else if (text.StartsWith("Verify complete", StringComparison.Ordinal))
        {
            _isVerified = true;
        }
        else if (text.StartsWith("Repairing ", StringComparison.Ordinal) && text.TrimEnd().EndsWith("components", StringComparison.Ordinal))
        {
            _isComplete = false;
        }
        else if (text.StartsWith("Repair complete", StringComparison.Ordinal))
        {
            // Every run ends with a part that repairs, if only nothing.
            _isComplete = true;
        }
        else if (After(text, "Cannot repair member file ") is { } member)
        {
            AddMember(member);
        }
        else if (After(text, "Repaired file ") is { } repaired)
        {
            AddPath(repaired, isRepaired: true);
        }
        else if (After(text, "Unable to repair ") is { } unable)
        {
            AddPath(unable, isRepaired: false);
        }
        else if ((After(text, "Repairing corrupted file ") ?? After(text, "Repairing file ")) is { } repairing)
        {
            AddPath(repairing, isRepaired: true);
        }
        else if (After(text, "Could not reproject corrupted file ") is { } corrupt)
        {
            AddPath(corrupt, isRepaired: false);
        }
    }

    private void AddDriver(string text)
    {
        string? repaired = After(text, "Repaired file: ");
        string? path = repaired ?? After(text, "Failed repairing file: ") ?? After(text, "Corrupt file: ");
        if (path is null)
        {
            return;
        }

        // An error may follow, or nothing behind its colon.
        int end = path.IndexOf(':', Math.Min(2, path.Length));
        path = (end < 0 ? path : path.Substring(0, end)).Trim();
        string file = path.Substring(path.LastIndexOf('\\') + 1);
        if (file.Length == 0 || Named(Clean(file), Clean(path)) is not { } entry)
        {
            return;
        }

        entry.Reason = "corrupt file";
        entry.IsRepaired = repaired is not null;
        if (entry.Paths.Count == 0)
        {
            entry.Paths.Add(Clean(path));
        }
    }

    // ntdll.dll of Microsoft-Windows-Ntdll, version 10.0.19041.2788, arch amd64, nonSxS, pkt ... in the store, hash mismatch
    private void AddMember(string text)
    {
        string plain = ServicingText.Plain(text);
        int of = plain.IndexOf(" of ", StringComparison.Ordinal);
        if (of <= 0)
        {
            return;
        }

        string[] parts = plain.Substring(of + 4).Split([", "], StringSplitOptions.None);
        string file = plain.Substring(0, of);
        string? version = Value(parts, "version ") ?? Value(parts, "Version = ");
        string? architecture = Value(parts, "arch ") ?? Value(parts, "pA = ");
        if (Find(file, version) is not { } entry)
        {
            return;
        }

        entry.Component ??= Clean(parts[0]);
        entry.Version ??= version;
        entry.Architecture ??= architecture is null ? null : Architecture(architecture);
        entry.Reason = parts.Length > 1 ? Clean(parts[parts.Length - 1].Trim()) : entry.Reason;
        entry.IsRepaired = false;
    }

    // \??\C:\Windows\System32\\ntdll.dll, or \SystemRoot\WinSxS\amd64_..._10.0.19041.2788_none_cd687715b185f10b\\ntdll.dll
    private void AddPath(string text, bool isRepaired)
    {
        string plain = ServicingText.Plain(text);
        foreach (string end in (string[])["; source file", " by copying from", " from store", " from backup"])
        {
            int at = plain.IndexOf(end, StringComparison.Ordinal);
            plain = at < 0 ? plain : plain.Substring(0, at);
        }

        plain = plain.Replace("\\\\", "\\").Trim();
        int slash = plain.LastIndexOf('\\');
        string file = plain.Substring(slash + 1);
        if (file.Length == 0)
        {
            return;
        }

        const string store = "\\WinSxS\\";
        int inStore = plain.IndexOf(store, StringComparison.OrdinalIgnoreCase);
        string? version = null;
        if (inStore >= 0)
        {
            // architecture_name_publickey_version_culture_hash
            string[] identity = plain.Substring(inStore + store.Length, Math.Max(0, slash - inStore - store.Length)).Split('_');
            version = identity.Length >= 6 ? identity[identity.Length - 3] : null;
        }

        if (Find(file, version) is not { } entry)
        {
            return;
        }

        entry.IsRepaired = isRepaired;
        if (inStore < 0)
        {
            string path = Clean(plain.StartsWith("\\??\\", StringComparison.Ordinal) ? plain.Substring(4) : plain);
            if (!entry.Paths.Contains(path))
            {
                entry.Paths.Add(path);
            }
        }
    }

    // A path outside the store has no version: it belongs to the file of that name that was named last.
    private SystemFileFinding? Find(string file, string? version)
    {
        file = Clean(file);
        if (version is null)
        {
            for (int i = _entries.Count - 1; i >= 0; i--)
            {
                if (string.Equals(_entries[i].FileName, file, StringComparison.OrdinalIgnoreCase))
                {
                    return _entries[i];
                }
            }
        }

        SystemFileFinding? entry = Named(file, file + "|" + version);
        if (entry is not null)
        {
            entry.Version ??= version is null ? null : Clean(version);
        }

        return entry;
    }

    private SystemFileFinding? Named(string file, string key)
    {
        if (!_byKey.TryGetValue(key, out SystemFileFinding? entry) && _entries.Count < MaximumProblems)
        {
            _byKey[key] = entry = new SystemFileFinding(file);
            _entries.Add(entry);
        }

        return entry;
    }

    private static string? Value(string[] parts, string name)
    {
        foreach (string part in parts)
        {
            if (After(part, name) is { } value)
            {
                return Clean(value.Trim());
            }
        }

        return null;
    }

    // "Host= amd64 Guest= x86" is the 32-bit twin on a 64-bit system; Windows 7 writes PROCESSOR_ARCHITECTURE_AMD64 (9).
    private static string Architecture(string text)
    {
        const string guest = "Guest= ";
        int at = text.IndexOf(guest, StringComparison.Ordinal);
        string name = at >= 0 ? text.Substring(at + guest.Length) : text;
        name = After(name, "PROCESSOR_ARCHITECTURE_") ?? name;
        int space = name.IndexOf(' ');
        return (space < 0 ? name : name.Substring(0, space)).ToLowerInvariant();
    }

    private static long Count(string text)
    {
        long count = 0;
        for (int i = 0; i < text.Length && i < 9 && text[i] is >= '0' and <= '9'; i++)
        {
            count = (count * 10) + (text[i] - '0');
        }

        return count;
    }

    private static string? Marked(string text, string marker) => text.IndexOf(marker, StringComparison.Ordinal) is int at and >= 0 ? text.Substring(at + marker.Length) : null;

    private static string? After(string text, string start) => text.StartsWith(start, StringComparison.Ordinal) ? text.Substring(start.Length) : null;

    private static string Clean(string text) => PrintableText.Clean(text);
}
