namespace KernelFault.Hosts;

/// <summary>Takes a piece of output; what it throws ends the process and is thrown to the caller.</summary>
/// <param name="buffer">Holds the piece and is used again afterwards.</param>
/// <param name="offset">Where it begins.</param>
/// <param name="count">How long it is, in bytes.</param>
internal delegate void OutputSink(byte[] buffer, int offset, int count);

/// <summary>A process to start on this machine.</summary>
/// <param name="Path">Whole path of the program.</param>
/// <param name="Arguments">Arguments, one by one.</param>
internal sealed record LocalProcessCall(string Path, IReadOnlyList<string> Arguments)
{
    /// <summary>What messages call it.</summary>
    internal required string Title { get; init; }

    /// <summary>Bytes for standard input; null for none.</summary>
    internal byte[]? Input { get; init; }

    /// <summary>True to leave standard input open until the process ends: for a program that takes its closing as a sign to end.</summary>
    internal bool HoldsInputOpen { get; init; }

    /// <summary>How long it may take.</summary>
    internal required TimeSpan Timeout { get; init; }

    /// <summary>Takes standard output, on a thread of its own.</summary>
    internal required OutputSink Output { get; init; }

    /// <summary>Takes standard error, on a thread of its own.</summary>
    internal required OutputSink Error { get; init; }
}
