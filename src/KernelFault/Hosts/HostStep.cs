namespace KernelFault.Hosts;

/// <summary>Something that was done to a machine: the record of a change.</summary>
public sealed record HostStep
{
    /// <summary>The command line or what was written, as a person reads it.</summary>
    public required string Text { get; init; }

    /// <summary>When it was begun, UTC by this machine's clock.</summary>
    public required DateTime StartTime { get; init; }

    /// <summary>How long it took, in seconds.</summary>
    public required double Seconds { get; init; }

    /// <summary>Exit code of the program; null when no program was run.</summary>
    public required int? ExitCode { get; init; }

    /// <inheritdoc/>
    public override string ToString() => Text;
}
