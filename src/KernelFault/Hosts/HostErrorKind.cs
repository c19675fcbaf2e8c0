namespace KernelFault.Hosts;

/// <summary>Why a host could not do what it was asked.</summary>
public enum HostErrorKind : long
{
    /// <summary>The machine could not be reached, or the connection was lost.</summary>
    Unreachable,

    /// <summary>The machine refused the user or could not prove its own key.</summary>
    Refused,

    /// <summary>The program, script engine or file is not there.</summary>
    NotFound,

    /// <summary>The user may not do this there; for programs that ask for an administrator or root too.</summary>
    AccessDenied,

    /// <summary>The work did not end in the time it was given, and was ended.</summary>
    TimedOut,

    /// <summary>More came back than was asked for at most.</summary>
    TooLarge,

    /// <summary>This kind of host cannot do this at all, such as running a program in an offline folder.</summary>
    NotSupported,

    /// <summary>The work was done and failed; the message says how.</summary>
    Failed,
}
