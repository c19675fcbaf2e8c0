namespace KernelFault.Playbooks.Running;

/// <summary>How a playbook is run.</summary>
public sealed record RunOptions
{
    /// <summary>How many machines are worked on at a time, at least 1.</summary>
    public int ThrottleLimit { get; init; } = 32;

    /// <summary>Sizes of batches, each a number of machines (<c>5</c>) or a percentage of all (<c>20%</c>); the last one again and again. Empty for one batch.</summary>
    public IReadOnlyList<string> Serial { get; init; } = [];

    /// <summary>How many machines may fail, a number (<c>2</c>) or a percentage of all (<c>10%</c>): when more do, no other one is begun. Null for all.</summary>
    public string? MaxFailure { get; init; }

    /// <summary>Whether questions are answered with yes, and guards that may be overruled are.</summary>
    public bool Force { get; init; }

    /// <summary>Whether a person is asked all the same: <see cref="Force"/> overrules guards only then.</summary>
    public bool Confirm { get; init; }

    /// <summary>What to do about a step of which nobody knows whether it was done.</summary>
    public UnknownStep UnknownStep { get; init; }

    /// <summary>How many seconds a machine may be away for a restart; a step's own timeout goes before.</summary>
    public double RestartTimeout { get; init; } = 1800;

    /// <summary>Whether questions are answered with yes without asking.</summary>
    internal bool AsksNobody => Force && !Confirm;
}
