namespace KernelFault.Unwinding.Linux;

/// <summary>Whether a step led anywhere.</summary>
internal enum LinuxStepOutcome
{
    /// <summary>To a caller, or to interrupted kernel code.</summary>
    Frame,

    /// <summary>The stack ends here, or the kernel was entered from a program.</summary>
    End,

    /// <summary>No way is known from here.</summary>
    Lost,
}
