namespace KernelFault.Dumps.Logs;

/// <summary>The phrase by which a line announces a crash. The first family whose phrase is in the line owns it.</summary>
internal enum CrashFamily
{
    Bug,
    Warning,
    Info,
    UnableToHandle,
    GeneralProtection,
    StackSegment,
    KernelPanic,
    DoubleFault,
    RustPanic,
    KernelBug,
    KernelBugArchitecture,
    SlabBug,
    DivideError,
    InvalidOpcode,
    Breakpoint,
    UndefinedBehaviour,
    Reboot,
    NetworkDeviceReference,
    VfsClosedFile,
    VfsBusyInodes,
    InternalError,
    UnhandledFault,
    AlignmentTrap,
    Trusty,
    GoRuntime,
    TestProgram,
    ProgramPanic,

    // What follows is worth an answer when nothing above is in the log.
    Oops,
    SlabReport,
    HardLockup,
    RequestedCrash,
    HardwareError,
    OutOfMemory,
    ProgramAbort,
}
