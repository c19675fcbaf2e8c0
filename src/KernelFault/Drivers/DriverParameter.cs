namespace KernelFault.Drivers;

/// <summary>A parameter of a driver.</summary>
/// <param name="Name">Its name.</param>
/// <param name="Value">Its value now; null when it cannot be read.</param>
public sealed record DriverParameter(string Name, string? Value)
{
    /// <inheritdoc/>
    public override string ToString() => Value is null ? Name : $"{Name}={Value}";
}
