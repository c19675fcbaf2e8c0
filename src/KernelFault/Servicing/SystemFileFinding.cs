namespace KernelFault.Servicing;

/// <summary>What the log has said so far of a file; the last word counts.</summary>
/// <param name="fileName">Its name.</param>
internal sealed class SystemFileFinding(string fileName)
{
    internal string FileName { get; } = fileName;

    internal List<string> Paths { get; } = [];

    internal string? Component { get; set; }

    internal string? Version { get; set; }

    internal string? Architecture { get; set; }

    internal string? Reason { get; set; }

    internal bool IsRepaired { get; set; }

    internal SystemFileProblem ToProblem() => new()
    {
        FileName = FileName,
        Paths = Paths.ToArray(),
        Component = Component,
        Version = Version,
        Architecture = Architecture,
        Reason = Reason,
        IsRepaired = IsRepaired,
    };
}
