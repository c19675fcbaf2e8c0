using System.Security.Cryptography;

namespace KernelFault.Formats.Pkcs7;

/// <summary>Hashes by the object identifiers that signatures name them with.</summary>
internal static class Digest
{
    /// <summary>The hash; null when it is not one of SHA-1, SHA-2 and MD5.</summary>
    internal static HashAlgorithmName? FromIdentifier(string oid) => oid switch
    {
        "1.3.14.3.2.26" => HashAlgorithmName.SHA1,
        "2.16.840.1.101.3.4.2.1" => HashAlgorithmName.SHA256,
        "2.16.840.1.101.3.4.2.2" => HashAlgorithmName.SHA384,
        "2.16.840.1.101.3.4.2.3" => HashAlgorithmName.SHA512,
        "1.2.840.113549.2.5" => HashAlgorithmName.MD5,
        _ => null,
    };

    /// <summary>The hash's name, or its object identifier when it is not known.</summary>
    internal static string NameOf(string oid) => FromIdentifier(oid)?.Name ?? oid;

    /// <summary>Hashes the parts one behind the other.</summary>
    internal static byte[] Of(HashAlgorithmName algorithm, params ReadOnlyMemory<byte>[] parts)
    {
        using IncrementalHash hash = IncrementalHash.CreateHash(algorithm);
        foreach (ReadOnlyMemory<byte> part in parts)
        {
#if NET
            hash.AppendData(part.Span);
#else
            hash.AppendData(part.ToArray());
#endif
        }

        return hash.GetHashAndReset();
    }
}
