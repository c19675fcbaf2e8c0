namespace KernelFault.Drivers;

// A company is a word anybody can write into a file, so Microsoft's name counts only where Microsoft's key signed the file as a part of
// Windows. Its signature on a maker's driver (WHQL, attestation) says who made it: the maker. Windows brings drivers of other makers
// too, signed as a part of it; their version resource names the maker, who would have no reason to lie there.

/// <summary>Tells the system's own drivers from other makers' code.</summary>
internal static class DriverOrigin
{
    /// <summary>Whether a driver of Windows is other makers' code.</summary>
    /// <param name="company">Company of the version resource.</param>
    /// <param name="signature">Its signature; null when not known.</param>
    /// <param name="program">Who handed it in to Microsoft, as the signature names it.</param>
    /// <param name="wereCatalogsSearched">Whether a missing signature means that there is none.</param>
    /// <returns>Null when nothing tells.</returns>
    internal static bool? IsThirdParty(string? company, DriverSignature? signature, string? program, bool wereCatalogsSearched)
    {
        bool? saysMicrosoft = string.IsNullOrWhiteSpace(company) ? null : IsMicrosoft(company);
        if (saysMicrosoft == false)
        {
            return true;
        }

        switch (signature?.Status)
        {
            case DriverSignatureStatus.Valid or DriverSignatureStatus.Expired:
                return signature.SigningKind switch
                {
                    DriverSigningKind.Microsoft => false,
                    DriverSigningKind.Whql or DriverSigningKind.Attestation => !IsMicrosoft(program),
                    _ => true,
                };
            case null or DriverSignatureStatus.Unknown:
                return null;
            case DriverSignatureStatus.Unsigned:
                return wereCatalogsSearched ? true : null;
            default:
                return true;
        }
    }

    private static bool IsMicrosoft(string? name) => name is not null && name.TrimStart().StartsWith("Microsoft", StringComparison.OrdinalIgnoreCase);
}
