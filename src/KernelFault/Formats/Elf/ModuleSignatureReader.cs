using System.Buffers.Binary;
using System.Text;
using KernelFault.Formats.Der;
using KernelFault.Formats.Pkcs7;

namespace KernelFault.Formats.Elf;

// A signed module ends with: names (before 4.3) · signature · struct module_signature of 12 bytes · "~Module signature appended~\n".
// The structure: algorithm, hash, kind of identifier (0 PGP, 1 X.509, 2 PKCS #7), length of the signer's name, length of the key's
// identifier, 3 bytes of padding, length of the signature (big-endian). In PKCS #7 all but the kind and the length are 0.

/// <summary>Reads the signature at the end of a Linux module.</summary>
internal static class ModuleSignatureReader
{
    private const int StructureSize = 12;
    private const int MaximumSignature = 1024 * 1024;

    private static ReadOnlySpan<byte> Magic => "~Module signature appended~\n"u8;

    /// <summary>The signature; null when the module has none.</summary>
    internal static ModuleSignature? Read(FileBytes file, ICollection<string> warnings)
    {
        long structure = file.Length - Magic.Length - StructureSize;
        if (structure < 0 || !file.SliceUpTo(structure + StructureSize, Magic.Length).SequenceEqual(Magic))
        {
            return null;
        }

        ReadOnlySpan<byte> fields = file.SliceUpTo(structure, StructureSize);
        uint length = BinaryPrimitives.ReadUInt32BigEndian(fields.Slice(8));
        int nameLength = fields[3];
        int keyLength = fields[4];
        if (length > MaximumSignature || length + nameLength + keyLength > structure)
        {
            warnings.Add($"The module's signature of {length} bytes does not fit in the file.");
            return new ModuleSignature(Kind(fields[2]), null, null, null, null, length);
        }

        long start = structure - length;
        if (fields[2] == 2)
        {
            return Pkcs7(file.SliceUpTo(start, (int)length).ToArray(), file.Path, start, warnings);
        }

        string signer = PrintableText.Clean(Encoding.UTF8.GetString(file.SliceUpTo(start - keyLength - nameLength, nameLength).ToArray()));
        string key = Hexadecimal.Of(file.SliceUpTo(start - keyLength, keyLength));
        return new ModuleSignature(
            Kind(fields[2]), signer.Length == 0 ? null : signer, key.Length == 0 ? null : key, HashName(fields[1]), fields[0] switch { 0 => "DSA", 1 => "RSA", _ => null }, length);
    }

    private static ModuleSignature Pkcs7(byte[] signature, string path, long origin, ICollection<string> warnings)
    {
        try
        {
            SignedData data = SignedData.Read(signature, path, origin, warnings);
            if (data.Signers.Count > 0)
            {
                SignerInfo signer = data.Signers[0];
                string? name = signer.Issuer.Length == 0 ? null : DistinguishedName.CommonName(new DerReader(signer.Issuer, path, origin).Enter(DerTag.Sequence));
                ReadOnlyMemory<byte> key = signer.KeyIdentifier.Length > 0 ? signer.KeyIdentifier : signer.SerialNumber;
                return new ModuleSignature(
                    "PKCS#7", name, Hexadecimal.Of(key.Slice(0, Math.Min(key.Length, 64)).Span), Digest.NameOf(signer.DigestAlgorithm), signer.Scheme.Name, signature.Length);
            }

            warnings.Add("The module's signature names no signer.");
        }
        catch (DumpFormatException error)
        {
            warnings.Add("The module's signature cannot be read: " + error.Expected);
        }

        return new ModuleSignature("PKCS#7", null, null, null, null, signature.Length);
    }

    private static string Kind(byte kind) => kind switch { 0 => "PGP", 1 => "X.509", 2 => "PKCS#7", _ => FormattableString.Invariant($"{kind}") };

    private static string? HashName(byte hash) => hash switch { 0 => "MD4", 1 => "MD5", 2 => "SHA1", 3 => "RIPEMD160", 4 => "SHA256", 5 => "SHA384", 6 => "SHA512", 7 => "SHA224", _ => null };
}
