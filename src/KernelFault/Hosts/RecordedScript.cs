namespace KernelFault.Hosts;

/// <summary>A script that was run, and what it wrote.</summary>
/// <param name="Name">Its name, see <see cref="ScriptCall"/>.</param>
/// <param name="Output">The text it wrote.</param>
public sealed record RecordedScript(string Name, string Output)
{
    /// <summary>The JSON it has to be called with; null for any.</summary>
    public string? Json { get; init; }

    /// <summary>Its error records, as text.</summary>
    public IReadOnlyList<string> Errors { get; init; } = [];

    /// <summary>Why it could not be run; null when it was.</summary>
    public HostErrorKind? Failure { get; init; }
}
