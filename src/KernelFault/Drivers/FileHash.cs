using System.Security.Cryptography;
using KernelFault.Formats;
using KernelFault.Formats.Pe;

namespace KernelFault.Drivers;

/// <summary>Hashes of whole files, in lower-case digits.</summary>
internal static class FileHash
{
    private const int Portion = 1024 * 1024;

    internal static string Sha256(string path)
    {
        using FileStream file = File.OpenRead(path);
        using SHA256 hash = SHA256.Create();
        return Digits(hash.ComputeHash(file));
    }

    internal static string Sha256(PeImage image) => Of(image, HashAlgorithmName.SHA256);

    internal static string Of(PeImage image, HashAlgorithmName algorithm)
    {
        using IncrementalHash hash = IncrementalHash.CreateHash(algorithm);
        for (long position = 0; position < image.Length; position += Portion)
        {
#if NET
            hash.AppendData(image.FileWindow(position, Portion));
#else
            hash.AppendData(image.FileWindow(position, Portion).ToArray());
#endif
        }

        return Digits(hash.GetHashAndReset());
    }

    internal static string Digits(ReadOnlySpan<byte> hash) => Hexadecimal.Of(hash).ToLowerInvariant();
}
