namespace KernelFault.Formats.Elf;

/// <summary>The signature appended to a Linux kernel module. The key is the kernel's: whether it is valid cannot be told from the file.</summary>
/// <param name="Format">How it is kept: <c>PKCS#7</c>, <c>X.509</c> before Linux 4.3, <c>PGP</c>, or the number of what is unknown.</param>
/// <param name="Signer">Common name of the signer, or of who issued the signer's certificate; null when the signature does not name it. Safe to show.</param>
/// <param name="KeyId">The key: serial number or key identifier as hexadecimal digits; null when not named.</param>
/// <param name="HashAlgorithm">The hash, such as <c>SHA256</c>; null when not known.</param>
/// <param name="SignatureAlgorithm">How it is signed, such as <c>RSA</c>; null when not known.</param>
/// <param name="Length">Bytes of the signature, without the trailer that says how long it is.</param>
public sealed record ModuleSignature(string Format, string? Signer, string? KeyId, string? HashAlgorithm, string? SignatureAlgorithm, long Length);
