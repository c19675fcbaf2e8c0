namespace KernelFault.Health;

/// <summary>What Windows would do at a stop error: the registry's CrashControl, the page files, and the room for them.</summary>
public sealed record WindowsCrashCapture
{
    /// <summary>What is written; null where the registry does not say, or says what Windows does not document.</summary>
    public required WindowsDumpType? DumpType { get; init; }

    /// <summary>File of a kernel, complete, active or automatic dump.</summary>
    public required string DumpFile { get; init; }

    /// <summary>Folder of small dumps.</summary>
    public required string MinidumpFolder { get; init; }

    /// <summary>How many small dumps are kept; null for Windows' own number, 50.</summary>
    public required long? MinidumpCount { get; init; }

    /// <summary>Whether a dump replaces the one before it.</summary>
    public required bool Overwrites { get; init; }

    /// <summary>Whether a dump file lies at <see cref="DumpFile"/> now; null when that cannot be told.</summary>
    public required bool? DumpFileExists { get; init; }

    /// <summary>Whether the machine restarts by itself afterwards.</summary>
    public required bool RestartsAutomatically { get; init; }

    /// <summary>Whether an event is written (<c>LogEvent</c>).</summary>
    public required bool WritesEvent { get; init; }

    /// <summary>Whether the dump is kept even when little space is left (<c>AlwaysKeepMemoryDump</c>).</summary>
    public required bool AlwaysKeeps { get; init; }

    /// <summary>File that takes the dump instead of the page file; null for the page file.</summary>
    public required string? DedicatedDumpFile { get; init; }

    /// <summary>Size of the dedicated file in bytes; null when Windows chooses it or there is none.</summary>
    public required long? DedicatedDumpFileBytes { get; init; }

    /// <summary>Whether the size of the page file is not looked at (<c>IgnorePagefileSize</c>).</summary>
    public required bool IgnoresPageFileSize { get; init; }

    /// <summary>The page files as configured; empty for none.</summary>
    public required IReadOnlyList<WindowsPageFile> PageFiles { get; init; }

    /// <summary>The drive of Windows, such as <c>C:</c>.</summary>
    public required string SystemDrive { get; init; }

    /// <summary>Bytes of memory; null when unknown, as of a Windows that is not running.</summary>
    public required long? MemoryBytes { get; init; }

    /// <summary>Bytes free on the drive of the dump file; null when unknown.</summary>
    public required long? FreeBytes { get; init; }

    /// <summary>Whether the machine is in a domain; null when unknown. Outside of one, Windows deletes dumps where less than 25 GB are free.</summary>
    public required bool? IsInDomain { get; init; }
}
