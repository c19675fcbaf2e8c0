namespace KernelFault.Kernels.Linux.Log;

/// <summary>How grave the kernel held a message to be: <c>KERN_EMERG</c> to <c>KERN_DEBUG</c>, the numbers of <c>syslog(3)</c>.</summary>
public enum KernelMessageLevel : long
{
    /// <summary>The system is unusable.</summary>
    Emergency = 0,

    /// <summary>Action must be taken at once. An oops begins with it.</summary>
    Alert = 1,

    /// <summary>A critical condition.</summary>
    Critical = 2,

    /// <summary>An error.</summary>
    Error = 3,

    /// <summary>A warning; also where nothing else was said.</summary>
    Warning = 4,

    /// <summary>Normal, but of note.</summary>
    Notice = 5,

    /// <summary>Information.</summary>
    Information = 6,

    /// <summary>For debugging.</summary>
    Debug = 7,
}
