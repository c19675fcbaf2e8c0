namespace KernelFault.Hosts;

/// <summary>A program that was run, and how it ended.</summary>
/// <param name="Program">The program as it was called; upper and lower case are one.</param>
/// <param name="Arguments">Its arguments; upper and lower case differ.</param>
public sealed record RecordedProgram(string Program, params string[] Arguments)
{
    /// <summary>Its exit code.</summary>
    public int ExitCode { get; init; }

    /// <summary>Its standard output, byte for byte.</summary>
    public byte[] Output { get; init; } = [];

    /// <summary>Its standard error, byte for byte.</summary>
    public byte[] Error { get; init; } = [];

    /// <summary>How long it takes again when it is played; none by default.</summary>
    public TimeSpan Duration { get; init; }

    /// <summary>Why it could not be run; null when it was.</summary>
    public HostErrorKind? Failure { get; init; }
}
