namespace KernelFault.Formats.Pkcs7;

/// <summary>How a timestamp is kept.</summary>
public enum TimestampKind : long
{
    /// <summary>A token of RFC 3161.</summary>
    Rfc3161 = 0,

    /// <summary>A countersignature of PKCS #9, the older way.</summary>
    Countersignature = 1,
}
