namespace KernelFault.Analysis.Processes;

// signal(7) of Linux for x86 and ARM; Mach exceptions of <mach/exception_types.h>.

/// <summary>Names of signals and Mach exceptions.</summary>
internal static class SignalNames
{
    internal const uint Ill = 4;
    internal const uint Trap = 5;
    internal const uint Abort = 6;
    internal const uint Bus = 7;
    internal const uint Fpe = 8;
    internal const uint Kill = 9;
    internal const uint Segv = 11;
    internal const uint Sys = 31;

    /// <summary><c>SI_KERNEL</c>: the kernel had no more to say, as after a general-protection fault.</summary>
    internal const int Kernel = 0x80;

    internal static string Signal(uint number) => number switch
    {
        1 => "SIGHUP",
        2 => "SIGINT",
        3 => "SIGQUIT",
        Ill => "SIGILL",
        Trap => "SIGTRAP",
        Abort => "SIGABRT",
        Bus => "SIGBUS",
        Fpe => "SIGFPE",
        Kill => "SIGKILL",
        10 => "SIGUSR1",
        Segv => "SIGSEGV",
        12 => "SIGUSR2",
        13 => "SIGPIPE",
        14 => "SIGALRM",
        15 => "SIGTERM",
        24 => "SIGXCPU",
        25 => "SIGXFSZ",
        Sys => "SIGSYS",
        _ => FormattableString.Invariant($"signal {number}"),
    };

    internal static string Mach(uint number) => number switch
    {
        1 => "EXC_BAD_ACCESS",
        2 => "EXC_BAD_INSTRUCTION",
        3 => "EXC_ARITHMETIC",
        5 => "EXC_SOFTWARE",
        6 => "EXC_BREAKPOINT",
        10 => "EXC_CRASH",
        11 => "EXC_RESOURCE",
        12 => "EXC_GUARD",
        _ => FormattableString.Invariant($"Mach exception {number}"),
    };
}
