namespace KernelFault.Knowledge;

/// <summary>What is known about a driver by its file name alone.</summary>
public sealed record DriverFacts
{
    /// <summary>File name in the data, such as <c>nvlddmkm.sys</c>; a trailing or inner <c>*</c> stands for any characters.</summary>
    public required string Name { get; init; }

    /// <summary>True for code that Microsoft writes and Windows contains.</summary>
    public bool OperatingSystem { get; init; }

    /// <summary>True for the parts of Windows that nearly every crash passes through: blamed only when nothing else stands.</summary>
    public bool Core { get; init; }

    /// <summary>True when Windows ships it, whoever wrote it.</summary>
    public bool Inbox { get; init; }

    /// <summary>Who makes it; null when not known.</summary>
    public string? Vendor { get; init; }

    /// <summary>The product it belongs to; null when not known.</summary>
    public string? Product { get; init; }

    /// <summary>What it is, a phrase.</summary>
    public string? Description { get; init; }

    /// <summary>Kind of driver, such as <c>graphics</c>, <c>network</c>, <c>antivirus</c>.</summary>
    public string? Category { get; init; }

    /// <inheritdoc/>
    public override string ToString() => Name;
}
