using System.Text;

namespace KernelFault.Hosts;

/// <summary>The file <c>recording.json</c>.</summary>
internal sealed class RecordingIndex
{
    public required FactsEntry Facts { get; init; }

    public FactsEntry? FactsAfterRestart { get; init; }

    public ProgramEntry[] Programs { get; init; } = [];

    public ScriptEntry[] Scripts { get; init; } = [];

    public FileEntry[] Files { get; init; } = [];

    public string? Log { get; init; }

    internal HostRecording ToRecording(Func<string, byte[]> content, Func<string, string> path) => new()
    {
        LogPath = Log is null ? null : path(Log),
        Facts = Facts.ToFacts(),
        FactsAfterRestart = FactsAfterRestart?.ToFacts(),
        Programs =
        [
            .. Programs.Select(entry => new RecordedProgram(entry.Program, entry.Arguments)
            {
                ExitCode = entry.ExitCode,
                Output = entry.Output is null ? [] : content(entry.Output),
                Error = entry.Error is null ? [] : content(entry.Error),
                Duration = TimeSpan.FromSeconds(Math.Max(0, Math.Min(entry.Seconds, 3600))),
                Failure = entry.Failure,
            }),
        ],
        Scripts =
        [
            .. Scripts.Select(entry => new RecordedScript(entry.Name, entry.Output is null ? string.Empty : Encoding.UTF8.GetString(content(entry.Output)))
            {
                Json = entry.Json,
                Errors = entry.Errors,
                Failure = entry.Failure,
            }),
        ],
        Files = [.. Files.Select(entry => new RecordedFile(entry.Path, content(entry.Content)) { LastWriteTime = entry.LastWriteTime })],
    };

    /// <summary>Facts of which a recording need not have all.</summary>
    internal sealed class FactsEntry
    {
        public string? ComputerName { get; init; }

        public HostPlatform Platform { get; init; }

        public string? OperatingSystem { get; init; }

        public string? Version { get; init; }

        public string? Build { get; init; }

        public string? Architecture { get; init; }

        public bool? IsElevated { get; init; }

        public string? PowerShellVersion { get; init; }

        public DateTime? BootTime { get; init; }

        public string[]? PendingRestart { get; init; }

        public int? OemCodePage { get; init; }

        public double? ClockAheadSeconds { get; init; }

        internal HostFacts ToFacts() => new()
        {
            ComputerName = ComputerName,
            Platform = Platform,
            OperatingSystem = OperatingSystem,
            Version = Version,
            Build = Build,
            Architecture = Architecture,
            IsElevated = IsElevated,
            PowerShellVersion = PowerShellVersion,
            BootTime = BootTime,
            PendingRestart = PendingRestart,
            OemCodePage = OemCodePage,
            ClockAheadSeconds = ClockAheadSeconds,
        };
    }

    /// <summary>A program; outputs are names of files.</summary>
    internal sealed class ProgramEntry
    {
        public required string Program { get; init; }

        public string[] Arguments { get; init; } = [];

        public int ExitCode { get; init; }

        public string? Output { get; init; }

        public string? Error { get; init; }

        public double Seconds { get; init; }

        public HostErrorKind? Failure { get; init; }
    }

    /// <summary>A script; its output is the name of a file.</summary>
    internal sealed class ScriptEntry
    {
        public required string Name { get; init; }

        public string? Json { get; init; }

        public string? Output { get; init; }

        public string[] Errors { get; init; } = [];

        public HostErrorKind? Failure { get; init; }
    }

    /// <summary>A file; its content is the name of a file.</summary>
    internal sealed class FileEntry
    {
        public required string Path { get; init; }

        public required string Content { get; init; }

        public DateTime? LastWriteTime { get; init; }
    }
}
