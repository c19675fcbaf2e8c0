namespace KernelFault.Unwinding.Linux;

/// <summary>Which of a processor's stacks.</summary>
internal enum LinuxStackKind
{
    /// <summary>None that is known: memory of the boot, of firmware, or not a stack.</summary>
    Unknown,

    /// <summary>The kernel stack of a task.</summary>
    Task,

    /// <summary>Of interrupts and soft interrupts.</summary>
    Interrupt,

    /// <summary>x86: of double faults, on which a stack overflow is handled.</summary>
    DoubleFault,

    /// <summary>x86: of non-maskable interrupts.</summary>
    NonMaskableInterrupt,

    /// <summary>x86: of debug exceptions.</summary>
    Debug,

    /// <summary>x86: of machine checks.</summary>
    MachineCheck,

    /// <summary>x86: of exceptions that an encrypted guest handles for its hypervisor (<c>#VC</c>).</summary>
    HypervisorCommunication,

    /// <summary>x86: the few words that entry code uses before it has a task's stack.</summary>
    EntryTrampoline,

    /// <summary>arm64: on which a stack overflow is handled.</summary>
    Overflow,
}
