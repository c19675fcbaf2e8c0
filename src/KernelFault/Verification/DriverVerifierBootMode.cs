namespace KernelFault.Verification;

/// <summary>How long settings of Driver Verifier stay.</summary>
public enum DriverVerifierBootMode : long
{
    /// <summary>Until they are taken away (<c>persistent</c>).</summary>
    Persistent,

    /// <summary>Until Windows once does not start (<c>resetonbootfail</c>).</summary>
    ResetOnBootFail,

    /// <summary>For the next start only (<c>oneboot</c>).</summary>
    OneBoot,

    /// <summary>Until Windows once ends without being shut down, as by a crash (<c>resetonunusualshutdown</c>, since Windows 10 1709).</summary>
    ResetOnUnusualShutdown,
}
