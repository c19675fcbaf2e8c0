using System.Globalization;
using KernelFault.Dumps;
using KernelFault.Dumps.Windows;
using KernelFault.Formats;
using KernelFault.Knowledge;

namespace KernelFault.Analysis;

/// <summary>What the header of a crash file says: enough for a table of many files.</summary>
public sealed record CrashDumpInfo
{
    /// <summary>The file.</summary>
    public required string Path { get; init; }

    /// <summary>What it is.</summary>
    public required DumpKind Kind { get; init; }

    /// <summary>Bytes in the file.</summary>
    public required long Length { get; init; }

    /// <summary>The processor of the crashed machine.</summary>
    public required Architecture Architecture { get; init; }

    /// <summary>Windows build number; null where there is none.</summary>
    public uint? BuildNumber { get; init; }

    /// <summary>Workstation, server or domain controller; null when not known.</summary>
    public string? ProductType { get; init; }

    /// <summary>When it crashed, UTC; null when not recorded.</summary>
    public DateTime? CrashTime { get; init; }

    /// <summary>Seconds since start; null when not recorded.</summary>
    public long? UptimeSeconds { get; init; }

    /// <summary>The bug check, the minidump flag folded in; null where there is none.</summary>
    public uint? StopCode { get; init; }

    /// <summary>Its symbolic name; null when not known.</summary>
    public string? StopCodeName { get; init; }

    /// <summary>Its parameters as <c>0x</c> and 16 digits; empty where there is none.</summary>
    public IReadOnlyList<string> Parameters { get; init; } = [];

    /// <summary>How many processors; null when not known.</summary>
    public uint? ProcessorCount { get; init; }

    /// <summary>Text of who made the dump; null when none.</summary>
    public string? Comment { get; init; }

    /// <summary>Reads the facts of one file.</summary>
    /// <param name="path">The file.</param>
    /// <param name="cancellation">Ends the work at once.</param>
    /// <returns>The facts.</returns>
    /// <exception cref="DumpFormatException">The file is of no supported kind, or too damaged to say anything.</exception>
    /// <exception cref="IOException">The file cannot be opened.</exception>
    /// <exception cref="UnauthorizedAccessException">The file may not be read.</exception>
    /// <exception cref="OperationCanceledException">It was cancelled.</exception>
    public static CrashDumpInfo Read(string path, CancellationToken cancellation = default)
    {
        using CrashDump dump = CrashDump.Open(path, cancellation);
        var facts = new CrashDumpInfo
        {
            Path = dump.Path,
            Kind = dump.Kind,
            Length = dump.Length,
            Architecture = dump.Architecture,
        };
        return dump is WindowsDump windows ? facts.With(windows.Header) : facts;
    }

    /// <inheritdoc/>
    public override string ToString() => Path;

    private CrashDumpInfo With(WindowsDumpHeader header) => this with
    {
        BuildNumber = header.BuildNumber,
        ProductType = header.ProductType switch
        {
            1 => "workstation",
            2 => "domain controller",
            3 => "server",
            _ => null,
        },
        CrashTime = header.SystemTime,
        UptimeSeconds = header.SystemUpTime is TimeSpan uptime ? (long)uptime.TotalSeconds : null,
        StopCode = KnowledgeBase.FoldMinidumpFlag(header.BugCheckCode),
        StopCodeName = KnowledgeBase.Default.FindBugCheck(header.BugCheckCode)?.Name,
        Parameters = header.BugCheckParameters.Select(value => "0x" + value.ToString("x16", CultureInfo.InvariantCulture)).ToArray(),
        ProcessorCount = header.NumberProcessors,
        Comment = string.IsNullOrEmpty(header.Comment) ? null : PrintableText.Clean(header.Comment),
    };
}
