namespace KernelFault.Drivers.Risk.Blocklists;

/// <summary>A signer that a policy denies.</summary>
/// <param name="Entry">What the policy calls it: the certificate authority.</param>
/// <param name="CertificateHash">Hash of the signed part of a certificate on the way to the root (<c>CertRoot Type="TBS"</c>), hexadecimal.</param>
/// <param name="Publisher">Common name of the signer; null for all that the certificate authority issued for.</param>
/// <param name="OemId">Who handed a driver in that Microsoft signed; null for all.</param>
/// <param name="Files">The files that are denied; empty for all.</param>
internal sealed record SignerRule(BlocklistEntry Entry, string CertificateHash, string? Publisher, string? OemId, IReadOnlyList<FileRule> Files)
{
    internal bool Matches(KernelDriver driver, DriverSignature signature) =>
        signature.CertificateHashes!.Contains(CertificateHash, StringComparer.OrdinalIgnoreCase)
        && (Publisher is null || string.Equals(Publisher, signature.Signer, StringComparison.OrdinalIgnoreCase))
        && (OemId is null || string.Equals(OemId, signature.ProgramName, StringComparison.OrdinalIgnoreCase))
        && (Files.Count == 0 || Files.Any(file => file.Matches(driver)));
}
