namespace KernelFault.Drivers;

/// <summary>What vouches for a driver.</summary>
public enum DriverSigningKind : long
{
    /// <summary>A signature in the file by its maker.</summary>
    Embedded,

    /// <summary>Microsoft, after the tests of its hardware laboratory.</summary>
    Whql,

    /// <summary>Microsoft, on the maker's word.</summary>
    Attestation,

    /// <summary>Microsoft, as a part of Windows.</summary>
    Microsoft,

    /// <summary>A catalogue (<c>.cat</c>) that names the file's hash.</summary>
    Catalog,

    /// <summary>A test certificate.</summary>
    Test,

    /// <summary>The signature at the end of a Linux module.</summary>
    Module,
}
