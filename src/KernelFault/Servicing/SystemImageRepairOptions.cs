namespace KernelFault.Servicing;

/// <summary>How Windows is to be repaired from its component store to its files.</summary>
public sealed record SystemImageRepairOptions
{
    /// <summary>Where the store's repair takes its files from; see <see cref="ComponentStoreRepairOptions.Source"/>.</summary>
    public IReadOnlyList<string> Source { get; init; } = [];

    /// <summary>Whether it may not ask Windows Update.</summary>
    public bool LimitAccess { get; init; }

    /// <summary>The folder of a Windows that is not running, as the machine that does the work sees it; null for that machine's own.</summary>
    public string? WindowsDirectory { get; init; }

    /// <summary>The root of the drive from which that Windows starts; null for the root of the Windows folder's own drive.</summary>
    public string? BootDirectory { get; init; }
}
