namespace KernelFault.Formats.Pkcs7;

/// <summary>The certificates from a signer towards a root, each verified to be signed by the next.</summary>
/// <param name="Certificates">The signer's first.</param>
/// <param name="End">How it ends.</param>
/// <param name="Root">Name of the root or, where it is missing, of the last issuer; null without certificate.</param>
internal sealed record CertificateChain(IReadOnlyList<SigningCertificate> Certificates, ChainEnd End, string? Root)
{
    private const int MaximumLength = 10;

    internal static CertificateChain Build(SigningCertificate? signer, IReadOnlyList<SigningCertificate> known, SignatureVerifier verifier)
    {
        if (signer is null)
        {
            return new CertificateChain([], ChainEnd.NoCertificate, null);
        }

        var chain = new List<SigningCertificate> { signer };
        while (true)
        {
            SigningCertificate last = chain[chain.Count - 1];
            if (MicrosoftRoots.FindIssuer(last, verifier) is { } root)
            {
                return new CertificateChain(chain, ChainEnd.MicrosoftRoot, root);
            }

            if (last.IsSelfIssued)
            {
                bool? own = verifier.Verify(last.Key, last.Scheme, null, last.ToBeSigned, last.Signature);
                return new CertificateChain(chain, own is null ? ChainEnd.Unverifiable : own.Value ? ChainEnd.SelfSigned : ChainEnd.BrokenLink, last.CommonName);
            }

            // An authority may have two certificates of one name, with another key: the one that made the signature counts.
            bool? any = null;
            SigningCertificate? issuer = null;
            foreach (SigningCertificate candidate in known)
            {
                if (issuer is null && candidate.SubjectBytes.Span.SequenceEqual(last.IssuerBytes.Span) && !chain.Contains(candidate))
                {
                    bool? made = verifier.Verify(candidate.Key, last.Scheme, null, last.ToBeSigned, last.Signature);
                    issuer = made == true ? candidate : null;
                    any = made ?? any;
                }
            }

            if (issuer is null || chain.Count == MaximumLength)
            {
                bool named = known.Any(c => c.SubjectBytes.Span.SequenceEqual(last.IssuerBytes.Span));
                ChainEnd end = !named ? ChainEnd.MissingIssuer : any == false ? ChainEnd.BrokenLink : ChainEnd.Unverifiable;
                return new CertificateChain(chain, end, last.IssuerCommonName);
            }

            chain.Add(issuer);
        }
    }
}
