using KernelFault.Formats.Der;

namespace KernelFault.Formats.Pkcs7;

// SubjectPublicKeyInfo: algorithm (RSA, or EC with the curve's name as parameter) and a bit string: of RSA a sequence of modulus and
// exponent, of EC a point (0x04, X, Y).

/// <summary>A public key.</summary>
internal sealed record PublicKey
{
    internal const string Rsa = "1.2.840.113549.1.1.1";
    internal const string EllipticCurve = "1.2.840.10045.2.1";

    internal static PublicKey None { get; } = new() { Algorithm = string.Empty };

    internal required string Algorithm { get; init; }

    /// <summary>Of EC the curve's object identifier; empty when not named.</summary>
    internal string Curve { get; private init; } = string.Empty;

    /// <summary>RSA modulus without leading zeros, or X.</summary>
    internal ReadOnlyMemory<byte> First { get; private init; }

    /// <summary>RSA exponent without leading zeros, or Y.</summary>
    internal ReadOnlyMemory<byte> Second { get; private init; }

    internal int Bits => Algorithm switch
    {
        Rsa => First.Length == 0 ? 0 : (First.Length * 8) - LeadingZeros(First.Span[0]),
        _ => Curve switch { "1.2.840.10045.3.1.7" => 256, "1.3.132.0.34" => 384, "1.3.132.0.35" => 521, _ => 0 },
    };

    internal static PublicKey Read(DerReader info)
    {
        DerReader algorithm = info.Enter(DerTag.Sequence);
        string oid = algorithm.ObjectIdentifier();
        string curve = algorithm.Tag == DerTag.ObjectIdentifier ? algorithm.ObjectIdentifier() : string.Empty;
        ReadOnlyMemory<byte> bits = info.Take(DerTag.BitString);
        if (bits.Length < 1)
        {
            throw info.Damage("expected a public key.");
        }

        bits = bits.Slice(1);
        if (oid == Rsa)
        {
            DerReader key = new DerReader(bits, string.Empty, 0).Enter(DerTag.Sequence);
            return new PublicKey { Algorithm = oid, First = Unsigned(key.Take(DerTag.Integer)), Second = Unsigned(key.Take(DerTag.Integer)) };
        }

        int half = (bits.Length - 1) / 2;
        return oid == EllipticCurve && bits.Length % 2 == 1 && bits.Span[0] == 4
            ? new PublicKey { Algorithm = oid, Curve = curve, First = bits.Slice(1, half), Second = bits.Slice(1 + half, half) }
            : new PublicKey { Algorithm = oid, Curve = curve };
    }

    private static ReadOnlyMemory<byte> Unsigned(ReadOnlyMemory<byte> integer)
    {
        int zeros = 0;
        while (zeros < integer.Length && integer.Span[zeros] == 0)
        {
            zeros++;
        }

        return integer.Slice(zeros);
    }

    private static int LeadingZeros(byte value)
    {
        int zeros = 0;
        while (zeros < 8 && (value & (0x80 >> zeros)) == 0)
        {
            zeros++;
        }

        return zeros;
    }
}
