using System.Formats.Asn1;
using System.Text;

namespace KernelFault.Tests.Builders;

/// <summary>Writes a security catalogue of three members, not signed: named by text, by hash, and by hash alone.</summary>
internal static class CatalogBuilder
{
    /// <summary>Hash of the first member.</summary>
    internal const string Sha1 = "381333E78CCFA74DC4E6050A2493B4B781742A03";

    /// <summary>Hash of the second member.</summary>
    internal const string Sha256 = "0F42D8131C3FDD7B37BF165E3ED746016F1F86A003E2A8A48EE3B36A4091CD42";

    internal static byte[] Build() => Build(Convert.FromHexString(Sha256.Replace('F', 'E')));

    /// <summary>The same catalogue with another third member.</summary>
    internal static byte[] Build(byte[] third)
    {
        var writer = new AsnWriter(AsnEncodingRules.DER);
        using (writer.PushSequence())
        {
            writer.WriteObjectIdentifier("1.2.840.113549.1.7.2");
            using (writer.PushSequence(new Asn1Tag(TagClass.ContextSpecific, 0)))
            using (writer.PushSequence())
            {
                writer.WriteInteger(1);
                using (writer.PushSetOf())
                {
                }

                using (writer.PushSequence())
                {
                    writer.WriteObjectIdentifier("1.3.6.1.4.1.311.10.1");
                    using (writer.PushSequence(new Asn1Tag(TagClass.ContextSpecific, 0)))
                    {
                        List(writer, third);
                    }
                }

                using (writer.PushSetOf())
                {
                }
            }
        }

        return writer.Encode();
    }

    private static void List(AsnWriter writer, byte[] third)
    {
        using (writer.PushSequence())
        {
            using (writer.PushSequence())
            {
                writer.WriteObjectIdentifier("1.3.6.1.4.1.311.12.1.1");
            }

            writer.WriteOctetString([1, 2, 3, 4]);
            writer.WriteUtcTime(new DateTimeOffset(2026, 2, 3, 4, 5, 6, TimeSpan.Zero));
            Algorithm(writer, "1.3.6.1.4.1.311.12.1.2");
            using (writer.PushSequence())
            {
                Member(writer, Encoding.Unicode.GetBytes(Sha1), "1.3.14.3.2.26", Sha1, "old.sys", "2:6.1");
                Member(writer, Convert.FromHexString(Sha256), "2.16.840.1.101.3.4.2.1", Sha256, "contoso.sys", "2:10.0");
                using (writer.PushSequence())
                {
                    writer.WriteOctetString(third);
                }
            }
        }
    }

    private static void Member(AsnWriter writer, byte[] name, string algorithm, string hash, string file, string systems)
    {
        using (writer.PushSequence())
        {
            writer.WriteOctetString(name);
            using (writer.PushSetOf())
            {
                Pair(writer, "File", file);
                Pair(writer, "OSAttr", systems);
                using (writer.PushSequence())
                {
                    writer.WriteObjectIdentifier("1.3.6.1.4.1.311.2.1.4");
                    using (writer.PushSetOf())
                    using (writer.PushSequence())
                    {
                        using (writer.PushSequence())
                        {
                            writer.WriteObjectIdentifier("1.3.6.1.4.1.311.2.1.15");
                        }

                        using (writer.PushSequence())
                        {
                            Algorithm(writer, algorithm);
                            writer.WriteOctetString(Convert.FromHexString(hash));
                        }
                    }
                }
            }
        }
    }

    private static void Pair(AsnWriter writer, string name, string value)
    {
        using (writer.PushSequence())
        {
            writer.WriteObjectIdentifier("1.3.6.1.4.1.311.12.2.1");
            using (writer.PushSetOf())
            using (writer.PushSequence())
            {
                writer.WriteCharacterString(UniversalTagNumber.BMPString, name);
                writer.WriteInteger(0x10010001);
                writer.WriteOctetString(Encoding.Unicode.GetBytes(value + "\0"));
            }
        }
    }

    private static void Algorithm(AsnWriter writer, string identifier)
    {
        using (writer.PushSequence())
        {
            writer.WriteObjectIdentifier(identifier);
            writer.WriteNull();
        }
    }
}
