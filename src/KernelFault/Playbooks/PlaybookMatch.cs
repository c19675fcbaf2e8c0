namespace KernelFault.Playbooks;

/// <summary>For which crashes a playbook is meant.</summary>
public sealed record PlaybookMatch
{
    /// <summary>Windows stop codes, 32 bits, such as 0x50.</summary>
    public required IReadOnlyList<long> BugChecks { get; init; }

    /// <summary>Names of <see cref="Analysis.FaultClass"/>.</summary>
    public required IReadOnlyList<string> FaultClasses { get; init; }

    /// <summary>Words and short phrases that a person would search for, in lower case: <c>blue screen</c>, <c>restarts by itself</c>.</summary>
    public required IReadOnlyList<string> Symptoms { get; init; }

    /// <inheritdoc/>
    public override string ToString() => string.Join(", ", [.. BugChecks.Select(code => "0x" + code.ToString("X", System.Globalization.CultureInfo.InvariantCulture)), .. FaultClasses, .. Symptoms]);
}
