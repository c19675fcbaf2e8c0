using System.Globalization;

namespace KernelFault.Servicing;

/// <summary>An error with which sfc, DISM or servicing ended, and what to do about it.</summary>
public sealed record ServicingError
{
    /// <summary>The HRESULT; what a program told as a number of Windows stands here as 0x8007 and the number.</summary>
    public required uint Code { get; init; }

    /// <summary>The HRESULT as <c>0x</c> and 8 digits.</summary>
    public string Hex => "0x" + Code.ToString("X8", CultureInfo.InvariantCulture);

    /// <summary>Symbolic name, such as <c>CBS_E_SOURCE_MISSING</c>; null when it is not known.</summary>
    public required string? Name { get; init; }

    /// <summary>What it means, a phrase; null when it is not known.</summary>
    public required string? Meaning { get; init; }

    /// <summary>What to do about it; null when nothing particular is known.</summary>
    public required string? Remedy { get; init; }

    /// <inheritdoc/>
    public override string ToString() => Name is null ? Hex : Hex + " " + Name;
}
