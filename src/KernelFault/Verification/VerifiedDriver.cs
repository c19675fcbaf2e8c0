namespace KernelFault.Verification;

/// <summary>A driver that Driver Verifier is watching now, with its counts. Numbers are null where the version of Windows does not give them.</summary>
public sealed record VerifiedDriver
{
    /// <summary>Its file name, such as <c>contoso.sys</c>.</summary>
    public required string Name { get; init; }

    /// <summary>How often it was loaded since the machine was started.</summary>
    public required long Loads { get; init; }

    /// <summary>How often it was unloaded.</summary>
    public required long Unloads { get; init; }

    /// <summary>Allocations of nonpaged pool that it holds now.</summary>
    public long? NonPagedAllocations { get; init; }

    /// <summary>Allocations of paged pool that it holds now.</summary>
    public long? PagedAllocations { get; init; }

    /// <summary>Bytes of nonpaged pool that it holds now.</summary>
    public long? NonPagedBytes { get; init; }

    /// <summary>Bytes of paged pool that it holds now.</summary>
    public long? PagedBytes { get; init; }

    /// <summary>The most allocations of nonpaged pool that it held at a time.</summary>
    public long? PeakNonPagedAllocations { get; init; }

    /// <summary>The most allocations of paged pool that it held at a time.</summary>
    public long? PeakPagedAllocations { get; init; }

    /// <summary>The most bytes of nonpaged pool that it held at a time.</summary>
    public long? PeakNonPagedBytes { get; init; }

    /// <summary>The most bytes of paged pool that it held at a time.</summary>
    public long? PeakPagedBytes { get; init; }

    /// <inheritdoc/>
    public override string ToString() => Name;
}
