namespace KernelFault.Formats.Pe;

/// <summary>One entry of the certificate table (<c>WIN_CERTIFICATE</c>).</summary>
/// <param name="Revision"><c>wRevision</c>: 0x200 since Windows XP.</param>
/// <param name="Type"><c>wCertificateType</c>: 2 is a PKCS #7 signature (Authenticode).</param>
/// <param name="Offset">File offset of its contents, behind its header of 8 bytes.</param>
/// <param name="Length">Bytes of its contents that the file holds.</param>
public sealed record PeCertificate(ushort Revision, ushort Type, long Offset, int Length)
{
    /// <summary><c>WIN_CERT_TYPE_PKCS_SIGNED_DATA</c>.</summary>
    public const ushort PkcsSignedData = 2;
}
