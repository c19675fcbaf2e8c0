namespace KernelFault.Health;

/// <summary>What Windows writes at a stop error (<c>CrashDumpEnabled</c>).</summary>
public enum WindowsDumpType : long
{
    /// <summary>Nothing (0).</summary>
    None,

    /// <summary>All memory (1).</summary>
    Complete,

    /// <summary>The kernel's memory (2).</summary>
    Kernel,

    /// <summary>A small dump only (3).</summary>
    Small,

    /// <summary>The kernel's memory, with a page file that Windows makes larger after a crash (7).</summary>
    Automatic,

    /// <summary>All memory but that of virtual machines and caches (1 with <c>FilterPages</c> 1).</summary>
    Active,
}
