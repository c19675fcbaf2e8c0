namespace KernelFault.Formats.Pe;

/// <summary>The version resource of an image (<c>VS_VERSIONINFO</c>). Every text is safe to show; null when absent.</summary>
public sealed record PeVersionInfo
{
    /// <summary>The binary file version of <c>VS_FIXEDFILEINFO</c>, such as <c>10.0.19041.3803</c>.</summary>
    public string? FixedFileVersion { get; init; }

    /// <summary>The binary product version of <c>VS_FIXEDFILEINFO</c>.</summary>
    public string? FixedProductVersion { get; init; }

    /// <summary><c>FileVersion</c> as text, often with the build lab behind it.</summary>
    public string? FileVersion { get; init; }

    /// <summary><c>ProductVersion</c> as text.</summary>
    public string? ProductVersion { get; init; }

    /// <summary><c>CompanyName</c>.</summary>
    public string? CompanyName { get; init; }

    /// <summary><c>FileDescription</c>.</summary>
    public string? FileDescription { get; init; }

    /// <summary><c>OriginalFilename</c>.</summary>
    public string? OriginalFilename { get; init; }

    /// <summary><c>ProductName</c>.</summary>
    public string? ProductName { get; init; }
}
