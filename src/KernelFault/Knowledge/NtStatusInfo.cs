using System.Globalization;

namespace KernelFault.Knowledge;

/// <summary>What is known about an NTSTATUS or HRESULT value.</summary>
public sealed record NtStatusInfo
{
    /// <summary>The number.</summary>
    public required uint Code { get; init; }

    /// <summary>The number as <c>0x</c> and 8 digits.</summary>
    public string Hex => "0x" + Code.ToString("X8", CultureInfo.InvariantCulture);

    /// <summary>Symbolic name, such as <c>STATUS_ACCESS_VIOLATION</c>.</summary>
    public required string Name { get; init; }

    /// <summary>What it means, a phrase; null where the name says it all.</summary>
    public string? Meaning { get; init; }

    /// <summary>Name of the fault class of a crash with this exception; null when it says nothing about one.</summary>
    public string? FaultClass { get; init; }

    /// <inheritdoc/>
    public override string ToString() => Name;
}
