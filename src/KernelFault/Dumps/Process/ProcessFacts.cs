namespace KernelFault.Dumps.Process;

/// <summary>What a reader of one format finds in a process dump.</summary>
internal sealed record ProcessFacts
{
    internal required Architecture Architecture { get; init; }

    internal required ProcessPlatform Platform { get; init; }

    internal string? OperatingSystem { get; init; }

    internal uint? BuildNumber { get; init; }

    internal uint? ProcessorCount { get; init; }

    internal uint? ProductType { get; init; }

    internal ulong? ProcessId { get; init; }

    internal string? ProcessName { get; init; }

    internal DateTime? CrashTime { get; init; }

    internal long? UptimeSeconds { get; init; }

    internal string? Comment { get; init; }

    internal ProcessException? Exception { get; init; }

    internal required IReadOnlyList<ProcessModule> Modules { get; init; }

    internal IReadOnlyList<ProcessUnloadedModule> UnloadedModules { get; init; } = [];

    internal required IReadOnlyList<ProcessThread> Threads { get; init; }

    internal required ProcessMemory Memory { get; init; }

    /// <summary>Protection of memory at the crash, sorted by address; empty when the dump has no such list.</summary>
    internal IReadOnlyList<MemoryProtection> Protections { get; init; } = [];

    /// <summary>Stretches that hold code, sorted by address; empty when the dump does not say.</summary>
    internal IReadOnlyList<(ulong Start, ulong Size)> ExecutableRanges { get; init; } = [];
}
