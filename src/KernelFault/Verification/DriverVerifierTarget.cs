namespace KernelFault.Verification;

/// <summary>A driver that is to be verified, with what is known of it already. What is null is looked up on the machine.</summary>
/// <param name="Name">Name of its service or its file, with or without extension.</param>
public sealed record DriverVerifierTarget(string Name)
{
    /// <summary>Its file name, such as <c>contoso.sys</c>; null when only the name is known.</summary>
    public string? FileName { get; init; }

    /// <summary>Device class; null when not known.</summary>
    public string? Class { get; init; }

    /// <summary>Whether it is a part of Windows; null when not known.</summary>
    public bool? IsMicrosoft { get; init; }

    /// <inheritdoc/>
    public override string ToString() => FileName ?? Name;
}
