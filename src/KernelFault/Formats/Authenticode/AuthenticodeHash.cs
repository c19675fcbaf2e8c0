using System.Buffers.Binary;
using System.Security.Cryptography;
using KernelFault.Formats.Pe;

namespace KernelFault.Formats.Authenticode;

// "Windows Authenticode Portable Executable Signature Format": all bytes of the file in order, but the checksum, the certificate table's
// data directory and the certificate table. A signer fills the file up to a multiple of 8 with zeros first, so an unsigned file is
// hashed as if it had been: then the hash is the one that a catalogue or a later signature has.

/// <summary>The hashes of a PE file that its signing does not change.</summary>
internal static class AuthenticodeHash
{
    private const int Portion = 1024 * 1024;
    private const int Alignment = 8;

    /// <summary>Computes hashes in one pass.</summary>
    internal static byte[][] Compute(PeImage image, IReadOnlyList<HashAlgorithmName> algorithms)
    {
        IncrementalHash[] hashes = [.. algorithms.Select(IncrementalHash.CreateHash)];
        try
        {
            long length = image.Length;
            Append(image, 0, image.CheckSumOffset, hashes);
            long position = image.CheckSumOffset + 4;
            PeDirectory table = image.Directory(PeDirectory.Certificate);
            if (HasCertificateDirectory(image))
            {
                Append(image, position, image.CertificateDirectoryOffset, hashes);
                position = image.CertificateDirectoryOffset + 8;
            }

            if (table.Rva >= position && table.Rva < length && table.Size > 0)
            {
                Append(image, position, table.Rva, hashes);
                Append(image, Math.Min(length, (long)table.Rva + table.Size), length, hashes);
            }
            else
            {
                Append(image, position, length, hashes);
                Append(new byte[(Alignment - (length % Alignment)) % Alignment], hashes);
            }

            return [.. hashes.Select(hash => hash.GetHashAndReset())];
        }
        finally
        {
            Array.ForEach(hashes, hash => hash.Dispose());
        }
    }

    private static bool HasCertificateDirectory(PeImage image)
    {
        ReadOnlySpan<byte> count = image.FileWindow(image.CertificateDirectoryOffset - (PeDirectory.Certificate * 8) - 4, 4);
        return count.Length == 4 && BinaryPrimitives.ReadUInt32LittleEndian(count) > PeDirectory.Certificate;
    }

    private static void Append(PeImage image, long start, long end, IncrementalHash[] hashes)
    {
        for (long position = start; position < end; position += Portion)
        {
            Append(image.FileWindow(position, (int)Math.Min(Portion, end - position)), hashes);
        }
    }

    private static void Append(ReadOnlySpan<byte> bytes, IncrementalHash[] hashes)
    {
#if NET
        foreach (IncrementalHash hash in hashes)
        {
            hash.AppendData(bytes);
        }
#else
        byte[] copy = bytes.ToArray();
        Array.ForEach(hashes, hash => hash.AppendData(copy));
#endif
    }
}
