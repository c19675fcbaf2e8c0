namespace KernelFault.Formats.Pkcs7;

/// <summary>Object identifiers of what a certificate may be used for, those that tell how a driver came to its signature.</summary>
public static class EnhancedKeyUsage
{
    /// <summary>Code signing.</summary>
    public const string CodeSigning = "1.3.6.1.5.5.7.3.3";

    /// <summary>Timestamping.</summary>
    public const string TimeStamping = "1.3.6.1.5.5.7.3.8";

    /// <summary>Windows Hardware Driver Verification: the driver passed the hardware tests (WHQL).</summary>
    public const string HardwareDriverVerification = "1.3.6.1.4.1.311.10.3.5";

    /// <summary>Windows Hardware Driver Attested Verification: its maker attested to have tested it.</summary>
    public const string HardwareDriverAttestedVerification = "1.3.6.1.4.1.311.10.3.5.1";

    /// <summary>Windows Hardware Driver Extended Verification.</summary>
    public const string HardwareDriverExtendedVerification = "1.3.6.1.4.1.311.10.3.39";

    /// <summary>Windows System Component Verification: part of Windows.</summary>
    public const string SystemComponentVerification = "1.3.6.1.4.1.311.10.3.6";

    /// <summary>Kernel Mode Code Signing.</summary>
    public const string KernelCodeSigning = "1.3.6.1.4.1.311.61.1.1";

    /// <summary>Early Launch Antimalware Driver.</summary>
    public const string EarlyLaunchAntimalware = "1.3.6.1.4.1.311.61.4.1";

    /// <summary>Lifetime Signing: a timestamp does not prolong the signature beyond the certificate's validity.</summary>
    public const string LifetimeSigning = "1.3.6.1.4.1.311.10.3.13";
}
