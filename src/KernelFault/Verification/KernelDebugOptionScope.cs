namespace KernelFault.Verification;

/// <summary>For when options are set.</summary>
public enum KernelDebugOptionScope : long
{
    /// <summary>Now, where the running kernel takes it, and for all starts to come.</summary>
    NowAndNextBoot = 0,

    /// <summary>Until the next start.</summary>
    Now = 1,

    /// <summary>From the next start on.</summary>
    NextBoot = 2,
}
