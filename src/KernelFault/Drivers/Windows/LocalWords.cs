namespace KernelFault.Drivers.Windows;

// driverquery writes kind, start and state in the language of the machine, and what the words mean is learnt from drivers that are the same on
// every Windows: ACPI is started by the boot loader and runs, Npfs is a file system, cdfs is disabled. Names of drivers are not translated.

/// <summary>Learns what words of a foreign language mean from drivers about which there is no doubt.</summary>
internal sealed class LocalWords
{
    private static readonly string[] s_running = ["ACPI", "Ntfs", "partmgr", "volmgr", "FltMgr", "KSecDD", "mountmgr", "disk", "NDIS", "Tcpip", "CNG", "CLFS"];
    private static readonly string[] s_fileSystems = ["Ntfs", "FltMgr", "Npfs", "Msfs", "cdfs", "udfs", "FileInfo"];

    private static readonly (DriverStartType Type, string[] Drivers)[] s_starts =
    [
        (DriverStartType.Boot, ["ACPI", "partmgr", "volmgr", "disk", "FltMgr", "KSecDD", "mountmgr", "CNG", "CLFS"]),
        (DriverStartType.System, ["Null", "Beep", "Npfs", "Msfs", "AFD", "NetBT"]),
        (DriverStartType.Automatic, ["luafv", "tcpipreg", "PEAUTH", "lltdio", "rspndr"]),
        (DriverStartType.Manual, ["usbhub", "HidUsb", "HTTP", "kbdclass", "mouclass", "fastfat", "monitor", "1394ohci"]),
        (DriverStartType.Disabled, ["cdfs", "udfs"]),
    ];

    private readonly Dictionary<string, DriverStartType> _starts = new(StringComparer.OrdinalIgnoreCase);
    private readonly string? _running;
    private readonly string? _stopped;
    private readonly string? _fileSystem;

    /// <summary>Learns the words of one list.</summary>
    /// <param name="rows">Name, kind, start and state of each driver.</param>
    internal LocalWords(IReadOnlyList<(string Name, string Kind, string Start, string State)> rows)
    {
        _running = MostOf(rows, s_running, row => row.State);
        _stopped = rows.Select(row => row.State).Where(state => state.Length > 0 && !Same(state, _running)).GroupBy(state => state, StringComparer.OrdinalIgnoreCase).OrderByDescending(group => group.Count()).FirstOrDefault()?.Key;
        string? kernel = MostOf(rows, ["ACPI", "disk", "partmgr", "volmgr"], row => row.Kind);
        string? files = MostOf(rows, s_fileSystems, row => row.Kind);
        _fileSystem = Same(files, kernel) ? null : files;
        foreach ((DriverStartType type, string[] drivers) in s_starts)
        {
            // A word that two kinds of drivers agree on belongs to the one that came first, of which there are more.
            if (MostOf(rows, drivers, row => row.Start) is { } word && !_starts.ContainsKey(word))
            {
                _starts.Add(word, type);
            }
        }
    }

    internal bool IsFileSystem(string kind) => _fileSystem is not null ? Same(kind, _fileSystem) : kind.StartsWith("File", StringComparison.OrdinalIgnoreCase);

    internal DriverStartType? StartType(string word) => ServiceWords.StartType(word) ?? (_starts.TryGetValue(word, out DriverStartType type) ? type : null);

    internal KernelDriverState? State(string word) => ServiceWords.State(word)
        ?? (Same(word, _running) ? KernelDriverState.Running : Same(word, _stopped) ? KernelDriverState.Stopped : null);

    private static bool Same(string? x, string? y) => x is not null && string.Equals(x, y, StringComparison.OrdinalIgnoreCase);

    private static string? MostOf(IReadOnlyList<(string Name, string Kind, string Start, string State)> rows, string[] drivers, Func<(string Name, string Kind, string Start, string State), string> word) =>
        rows.Where(row => drivers.Contains(row.Name, StringComparer.OrdinalIgnoreCase)).Select(word).Where(text => text.Length > 0)
            .GroupBy(text => text, StringComparer.OrdinalIgnoreCase).OrderByDescending(group => group.Count()).FirstOrDefault()?.Key;
}
