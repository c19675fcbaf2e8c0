namespace KernelFault.Hosts;

/// <summary>
/// A program to run on a host. The arguments arrive there one by one, exactly as they are here: no shell, no quoting rule
/// and no code page between may change them or see a command in them.
/// </summary>
/// <param name="Program">Name, found by the machine's own search path, or whole path.</param>
/// <param name="Arguments">Arguments. None may hold a NUL.</param>
public sealed record ProgramCall(string Program, params string[] Arguments)
{
    /// <summary>Bytes for the program's standard input; null for an input that is empty.</summary>
    public byte[]? Input { get; init; }

    /// <summary>How long it may take, after which it is ended with all it started.</summary>
    public TimeSpan Timeout { get; init; } = TimeSpan.FromMinutes(1);

    /// <summary>How many bytes of output and of error output are kept, each; what is more ends the program with <see cref="HostErrorKind.TooLarge"/>.</summary>
    public long MaximumOutput { get; init; } = 64 * 1024 * 1024;

    /// <summary>Told of each piece of output as it arrives, on a thread of the host's; null when nobody waits. Where a host cannot stream, it is told once at the end.</summary>
    public Action<ProgramOutput>? OnOutput { get; init; }
}
