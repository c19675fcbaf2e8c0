namespace KernelFault.Tracing;

/// <summary>What is traced, and for how long.</summary>
public sealed record KernelFunctionTraceOptions
{
    /// <summary>The function. A name that other releases of the kernel have for it will do, such as <c>do_page_fault</c> for <c>exc_page_fault</c>.</summary>
    public required string Function { get; init; }

    /// <summary>How many seconds at most, 1 to 86400.</summary>
    public int Seconds { get; init; } = 10;

    /// <summary>After how many events it ends; null for none.</summary>
    public long? Count { get; init; }

    /// <summary>Whether returns are told too, with their values.</summary>
    public bool ReturnValue { get; init; }

    /// <summary>Whether each event brings its stack.</summary>
    public bool Stack { get; init; }

    /// <summary>Whether arguments that point to characters are read as strings.</summary>
    public bool ReadString { get; init; }

    /// <summary>Only these threads and what they start; empty for all.</summary>
    public IReadOnlyList<int> ProcessId { get; init; } = [];

    /// <summary>Kibibytes for each processor in which the kernel keeps events until they are read, 64 to 65536.</summary>
    public int BufferKibibytes { get; init; } = 4096;
}
