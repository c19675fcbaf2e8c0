namespace KernelFault.Playbooks.Signing;

/// <summary>What is to be thought of a playbook's signature.</summary>
public enum SignatureStatus : long
{
    /// <summary>There is none.</summary>
    NotSigned,

    /// <summary>Made over these very bytes by someone who is trusted.</summary>
    Valid,

    /// <summary>It is none, or was made over other bytes: the playbook or the signature was changed.</summary>
    Invalid,

    /// <summary>Made over these very bytes, by someone who is not trusted.</summary>
    Untrusted,

    /// <summary>Made over these very bytes, with a certificate that has ended.</summary>
    Expired,

    /// <summary>Made over these very bytes, with a certificate that is not valid yet.</summary>
    NotYetValid,
}
