using System.Security.Cryptography;
using System.Security.Cryptography.X509Certificates;

namespace KernelFault.Tests.Playbooks.Signing;

/// <summary>Certificates with private keys, made where they are needed.</summary>
internal static class TestCertificate
{
    internal const string CodeSigning = "1.3.6.1.5.5.7.3.3";
    internal const string ServerAuthentication = "1.3.6.1.5.5.7.3.1";

    /// <summary>Issued by itself unless by another; valid from yesterday on unless told otherwise.</summary>
    internal static X509Certificate2 Make(string name, string? usage = CodeSigning, X509Certificate2? issuer = null, bool isAuthority = false, DateTimeOffset? from = null, DateTimeOffset? to = null, int bits = 2048)
    {
        using RSA key = RSA.Create(bits);
        var request = new CertificateRequest("CN=" + name, key, HashAlgorithmName.SHA256, RSASignaturePadding.Pkcs1);
        request.CertificateExtensions.Add(new X509BasicConstraintsExtension(isAuthority, false, 0, true));
        if (usage is not null)
        {
            request.CertificateExtensions.Add(new X509EnhancedKeyUsageExtension([new Oid(usage)], false));
        }

        DateTimeOffset start = from ?? DateTimeOffset.UtcNow.AddDays(-1);
        DateTimeOffset end = to ?? start.AddDays(30);
        if (issuer is null)
        {
            return request.CreateSelfSigned(start, end);
        }

        using X509Certificate2 issued = request.Create(issuer, start, end, Guid.NewGuid().ToByteArray());
        return issued.CopyWithPrivateKey(key);
    }
}
