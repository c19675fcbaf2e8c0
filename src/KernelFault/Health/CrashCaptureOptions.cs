namespace KernelFault.Health;

/// <summary>What is to be changed of how a machine keeps its next crash; null leaves a thing as it is.</summary>
public sealed record CrashCaptureOptions
{
    /// <summary>Takes back what was changed here before; nothing else is asked for then.</summary>
    public bool Restore { get; init; }

    /// <summary>Windows: what is written.</summary>
    public WindowsDumpType? DumpType { get; init; }

    /// <summary>Windows: file of a kernel, complete, active or automatic dump.</summary>
    public string? DumpFile { get; init; }

    /// <summary>Windows: folder of small dumps.</summary>
    public string? MinidumpFolder { get; init; }

    /// <summary>Windows: how many small dumps are kept.</summary>
    public long? MinidumpCount { get; init; }

    /// <summary>Windows: whether a dump replaces the one before it.</summary>
    public bool? Overwrite { get; init; }

    /// <summary>Windows: whether the machine restarts by itself afterwards.</summary>
    public bool? AutomaticRestart { get; init; }

    /// <summary>Windows: whether the dump is kept even when little space is left.</summary>
    public bool? KeepDump { get; init; }

    /// <summary>Windows: file that takes the dump instead of the page file; empty for none.</summary>
    public string? DedicatedDumpFile { get; init; }

    /// <summary>Windows: page files as the registry has them, <c>C:\pagefile.sys 4096 8192</c>, or <c>Automatic</c>.</summary>
    public IReadOnlyList<string>? PageFile { get; init; }

    /// <summary>Linux: memory reserved for the crash kernel at the next boot, such as <c>512M</c>.</summary>
    public string? CrashKernel { get; init; }

    /// <summary>Linux: whether the service of kdump is on, now and at boot.</summary>
    public bool? Service { get; init; }

    /// <summary>Linux: whether an oops is a panic.</summary>
    public bool? PanicOnOops { get; init; }

    /// <summary>Linux: seconds from a panic to the restart.</summary>
    public long? PanicTimeout { get; init; }

    /// <summary>Linux: what the magic SysRq key may do.</summary>
    public long? SysRq { get; init; }

    /// <summary>Whether something of Windows is to be changed.</summary>
    internal bool AsksWindows => DumpType is not null || DumpFile is not null || MinidumpFolder is not null || MinidumpCount is not null || Overwrite is not null
        || AutomaticRestart is not null || KeepDump is not null || DedicatedDumpFile is not null || PageFile is not null;

    /// <summary>Whether something of Linux is to be changed.</summary>
    internal bool AsksLinux => CrashKernel is not null || Service is not null || PanicOnOops is not null || PanicTimeout is not null || SysRq is not null;
}
