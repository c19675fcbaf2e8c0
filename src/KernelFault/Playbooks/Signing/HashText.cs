using System.Security.Cryptography;
using KernelFault.Formats;

namespace KernelFault.Playbooks.Signing;

/// <summary>SHA-256 as hexadecimal digits.</summary>
internal static class HashText
{
    /// <summary>SHA-256 of bytes.</summary>
    /// <param name="bytes">The bytes.</param>
    /// <returns>64 upper-case hexadecimal digits.</returns>
    internal static string Of(byte[] bytes)
    {
        using var sha = SHA256.Create();
#pragma warning disable CA1850 // netstandard2.0 has no HashData.
        return Hexadecimal.Of(sha.ComputeHash(bytes)).ToUpperInvariant();
#pragma warning restore CA1850
    }
}
