namespace KernelFault.Formats.Pkcs7;

/// <summary>Where the chain of a signature's certificates ends, as far as the file itself can tell.</summary>
public enum ChainEnd : long
{
    /// <summary>The signer's certificate is not in the signature.</summary>
    NoCertificate = 0,

    /// <summary>A key of one of Microsoft's root authorities made the last signature: verified, not judged by name.</summary>
    MicrosoftRoot = 1,

    /// <summary>The issuer of the last certificate is not in the file: a public authority as a rule, of which only the name is known.</summary>
    MissingIssuer = 2,

    /// <summary>The last certificate is its own issuer and none of Microsoft's roots: a test certificate, or somebody's own authority.</summary>
    SelfSigned = 3,

    /// <summary>A certificate is not signed by the one that it names as its issuer: forged or damaged.</summary>
    BrokenLink = 4,

    /// <summary>A signature of the chain uses an algorithm that cannot be verified here.</summary>
    Unverifiable = 5,
}
