namespace KernelFault.Servicing;

/// <summary>What DISM is to do.</summary>
public sealed record ComponentStoreRepairOptions
{
    /// <summary>What to do; a repair unless told otherwise.</summary>
    public ComponentStoreOperation Operation { get; init; } = ComponentStoreOperation.RestoreHealth;

    /// <summary>
    /// Where a repair takes its files from, as DISM writes it, in the order in which they are tried: <c>E:\sources\sxs</c>,
    /// <c>\\server\share\Windows</c>, <c>wim:E:\sources\install.wim:1</c>. Empty for Windows Update, or what a policy says.
    /// </summary>
    public IReadOnlyList<string> Source { get; init; } = [];

    /// <summary>Whether a repair may not ask Windows Update.</summary>
    public bool LimitAccess { get; init; }

    /// <summary>
    /// The root of a Windows that is not running, as the machine that does the work sees it: <c>D:\</c>, <c>C:\mount</c>; the
    /// Windows folder lies in it. Null for that machine's own Windows.
    /// </summary>
    public string? Image { get; init; }

    /// <summary>The root of the image that a Windows folder belongs to.</summary>
    /// <param name="windowsDirectory">The folder, such as <c>D:\Windows</c>.</param>
    /// <returns>The folder it lies in, such as <c>D:\</c>.</returns>
    public static string ImageOf(string windowsDirectory) => ServicingPath.Parent(windowsDirectory ?? throw new ArgumentNullException(nameof(windowsDirectory)));
}
