using System.Globalization;
using KernelFault.Dumps;
using KernelFault.Dumps.Linux;
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

    /// <summary>The Linux kernel's release, as <c>uname -r</c>; null where there is none.</summary>
    public string? Release { get; init; }

    /// <summary>How the pages of a vmcore are compressed; null for other dumps.</summary>
    public VmcoreCompression? Compression { get; init; }

    /// <summary>Which pages were left out of a vmcore, the number of <c>makedumpfile -d</c>; null when not recorded.</summary>
    public int? DumpLevel { get; init; }

    /// <summary>Pages of memory in the file; null for other dumps than vmcores.</summary>
    public long? PagesPresent { get; init; }

    /// <summary>Pages that the machine had and the file has not; null for other dumps than vmcores.</summary>
    public long? PagesExcluded { get; init; }

    /// <summary>Bytes of memory that the machine had, as far as a vmcore tells; null for other dumps.</summary>
    public long? MemorySize { get; init; }

    /// <summary>The program that wrote a vmcore; null when it does not tell.</summary>
    public string? Writer { get; init; }

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
        return dump switch
        {
            WindowsDump windows => facts.With(windows.Header),
            LinuxVmcore vmcore => facts.With(vmcore),
            _ => facts,
        };
    }

    /// <inheritdoc/>
    public override string ToString() => Path;

    private CrashDumpInfo With(LinuxVmcore dump)
    {
        VmcorePages pages = dump.CountPages();
        VmcoreContainer container = dump.Container;
        return this with
        {
            // Headers and notes only: a search through memory is too much for a table of many files.
            Release = dump.NotedInfo?.Release ?? container.SystemName?.Release,
            CrashTime = dump.NotedInfo?.CrashTime,
            Compression = container.Compression,
            DumpLevel = container.DumpLevel,
            PagesPresent = pages.Present,
            PagesExcluded = pages.Excluded,
            MemorySize = (pages.Present + pages.Excluded) * container.PageSize,
            Writer = container.Writer,
            ProcessorCount = dump.Processors.Count == 0 ? null : (uint)dump.Processors.Count,
        };
    }

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
