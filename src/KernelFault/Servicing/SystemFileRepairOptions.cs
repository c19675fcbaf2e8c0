namespace KernelFault.Servicing;

/// <summary>What the System File Checker is to do.</summary>
public sealed record SystemFileRepairOptions
{
    /// <summary>Whether it only looks.</summary>
    public bool VerifyOnly { get; init; }

    /// <summary>Whole path of one protected file, such as <c>C:\Windows\System32\kernel32.dll</c>; null for all of them.</summary>
    public string? Path { get; init; }

    /// <summary>The folder of a Windows that is not running, as the machine that does the work sees it: <c>D:\Windows</c>. Null for that machine's own Windows.</summary>
    public string? WindowsDirectory { get; init; }

    /// <summary>The root of the drive from which that Windows starts, such as <c>D:\</c>; null for the root of the Windows folder's own drive.</summary>
    public string? BootDirectory { get; init; }
}
