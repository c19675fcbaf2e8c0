namespace KernelFault.Formats.Der;

/// <summary>The identifier octets of ASN.1 elements that signatures and certificates use.</summary>
internal static class DerTag
{
    internal const int Boolean = 0x01;
    internal const int Integer = 0x02;
    internal const int BitString = 0x03;
    internal const int OctetString = 0x04;
    internal const int ObjectIdentifier = 0x06;
    internal const int Utf8String = 0x0C;
    internal const int PrintableString = 0x13;
    internal const int TeletexString = 0x14;
    internal const int IA5String = 0x16;
    internal const int UtcTime = 0x17;
    internal const int GeneralizedTime = 0x18;
    internal const int UniversalString = 0x1C;
    internal const int BmpString = 0x1E;
    internal const int Sequence = 0x30;
    internal const int Set = 0x31;

    /// <summary>A context-specific element that holds no others.</summary>
    internal static int Context(int number) => 0x80 | number;

    /// <summary>A context-specific element that holds others.</summary>
    internal static int ContextConstructed(int number) => 0xA0 | number;
}
