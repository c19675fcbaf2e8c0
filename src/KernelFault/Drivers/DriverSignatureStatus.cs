namespace KernelFault.Drivers;

/// <summary>What a driver's signature is worth.</summary>
public enum DriverSignatureStatus : long
{
    /// <summary>There is none, neither in the file nor in a catalogue that was looked at.</summary>
    Unsigned,

    /// <summary>It is right and ends at a root that kernels trust.</summary>
    Valid,

    /// <summary>It is right and ends at a root that is not known to be trusted.</summary>
    Untrusted,

    /// <summary>It is wrong: the file was changed, or the signature is damaged.</summary>
    Invalid,

    /// <summary>It was made when the signer's certificate was not valid.</summary>
    Expired,

    /// <summary>The signer's certificate was revoked.</summary>
    Revoked,

    /// <summary>It could not be judged, such as a catalogue's signature when the catalogue is not at hand.</summary>
    Unknown,
}
