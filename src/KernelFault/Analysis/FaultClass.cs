namespace KernelFault.Analysis;

/// <summary>What kind of mistake or event ended the kernel.</summary>
/// <remarks>
/// 64-bit on purpose: PowerShell's <c>ConvertTo-Json</c> writes enumerations of 64 bits by name and smaller ones as bare
/// numbers. Every enumeration that leaves this library is therefore a <see langword="long"/>.
/// </remarks>
public enum FaultClass : long
{
    /// <summary>Not known.</summary>
    Unknown = 0,

    /// <summary>Access to the first pages through a null pointer, or a field of one.</summary>
    NullDereference,

    /// <summary>Access to memory that was freed.</summary>
    UseAfterFree,

    /// <summary>Kernel code used a user-space address without leave.</summary>
    UserPointer,

    /// <summary>An address no processor can translate.</summary>
    NonCanonical,

    /// <summary>Access to a kernel address that is not mapped.</summary>
    WildPointer,

    /// <summary>The processor refused an access without naming an address (general protection fault).</summary>
    ProtectionFault,

    /// <summary>Access past the guard page of a stack or allocation.</summary>
    GuardPage,

    /// <summary>A write to read-only memory.</summary>
    ReadOnlyWrite,

    /// <summary>Execution of memory that holds no code.</summary>
    NoExecute,

    /// <summary>The kernel stack ran out.</summary>
    StackOverflow,

    /// <summary>Division by zero or overflow of a quotient.</summary>
    DivideError,

    /// <summary>An instruction the processor refuses.</summary>
    InvalidOpcode,

    /// <summary>The code itself found a state that must not be (<c>BUG</c>, fast fail, critical structure corruption).</summary>
    Assertion,

    /// <summary>A paged or unmapped address was touched at raised IRQL.</summary>
    IrqlViolation,

    /// <summary>IRQL, APC or lock state left wrong behind a call.</summary>
    StateViolation,

    /// <summary>A processor, thread or device did not come forward in time.</summary>
    Lockup,

    /// <summary>Two waiters wait for each other.</summary>
    Deadlock,

    /// <summary>The heap or pool is damaged.</summary>
    PoolCorruption,

    /// <summary>A list, object, stack cookie or other structure is damaged.</summary>
    MemoryCorruption,

    /// <summary>The machine reported an error, or shows the pattern of one.</summary>
    HardwareError,

    /// <summary>A page could not be read from disk.</summary>
    InPageError,

    /// <summary>Storage or file system refused or lost data.</summary>
    StorageError,

    /// <summary>A process that the system cannot live without ended.</summary>
    CriticalProcessDied,

    /// <summary>A power transition went wrong.</summary>
    PowerFailure,

    /// <summary>The graphics driver did not answer or failed.</summary>
    GraphicsFailure,

    /// <summary>A driver or program broke a rule that a checker watches (Driver Verifier, a sanitizer).</summary>
    RuleViolation,

    /// <summary>Memory or another resource ran out.</summary>
    ResourceExhaustion,

    /// <summary>The system could not start.</summary>
    BootFailure,

    /// <summary>Code or data failed a check of its signature or integrity.</summary>
    IntegrityFailure,

    /// <summary>A person or a tool asked for the crash.</summary>
    ManuallyInitiated,

    /// <summary>A program's unhandled exception (process dumps).</summary>
    UnhandledException,
}
