using System.Security.Cryptography;

namespace KernelFault.Formats.Pkcs7;

/// <summary>Hashes by the object identifiers that signatures name them with.</summary>
internal static class Digest
{
    private const string MD5 = "1.2.840.113549.2.5";

    /// <summary>The hash; null when it is not one of SHA-1 and SHA-2.</summary>
    internal static HashAlgorithmName? FromIdentifier(string oid) => oid switch
    {
        "1.3.14.3.2.26" => HashAlgorithmName.SHA1,
        "2.16.840.1.101.3.4.2.1" => HashAlgorithmName.SHA256,
        "2.16.840.1.101.3.4.2.2" => HashAlgorithmName.SHA384,
        "2.16.840.1.101.3.4.2.3" => HashAlgorithmName.SHA512,
        _ => null,
    };

    /// <summary>The hash's name, or its object identifier when it is not known.</summary>
    internal static string NameOf(string oid) => FromIdentifier(oid)?.Name ?? (oid == MD5 ? nameof(MD5) : oid);

    /// <summary>Hashes bytes.</summary>
    /// <returns>The hash; nothing when the system forbids the algorithm, as some do with older ones.</returns>
    internal static byte[] Of(HashAlgorithmName algorithm, ReadOnlyMemory<byte> bytes)
    {
        try
        {
            using IncrementalHash hash = IncrementalHash.CreateHash(algorithm);
#if NET
            hash.AppendData(bytes.Span);
#else
            hash.AppendData(bytes.ToArray());
#endif
            return hash.GetHashAndReset();
        }
        catch (CryptographicException)
        {
            return [];
        }
        catch (InvalidOperationException)
        {
            // The older framework's way to say so.
            return [];
        }
    }
}
