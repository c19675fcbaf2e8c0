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

    /// <summary><c>InternalName</c>.</summary>
    public string? InternalName { get; init; }

    /// <summary><c>LegalCopyright</c>.</summary>
    public string? LegalCopyright { get; init; }

    /// <summary><c>Comments</c>.</summary>
    public string? Comments { get; init; }

    /// <summary><c>dwFileFlags</c> of <c>VS_FIXEDFILEINFO</c> under its mask: 1 debug, 2 pre-release, 4 patched, 8 private, 0x20 special build; null when absent.</summary>
    public uint? FileFlags { get; init; }

    /// <summary>The resource's language as Windows numbers it, such as 0x409 for US English; null when it is neutral or was not read from a resource tree.</summary>
    public ushort? Language { get; init; }

    /// <summary>True if the file says that it is a debug build (<c>VS_FF_DEBUG</c>).</summary>
    public bool IsDebug => ((FileFlags ?? 0) & 1) != 0;

    /// <summary>True if the file says that it is not a released version (<c>VS_FF_PRERELEASE</c>).</summary>
    public bool IsPrerelease => ((FileFlags ?? 0) & 2) != 0;
}
