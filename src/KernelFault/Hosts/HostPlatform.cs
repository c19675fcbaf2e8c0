namespace KernelFault.Hosts;

/// <summary>The kernel a machine runs.</summary>
public enum HostPlatform : long
{
    /// <summary>None of the others.</summary>
    Unknown,

    /// <summary>Windows.</summary>
    Windows,

    /// <summary>Linux.</summary>
    Linux,

    /// <summary>macOS.</summary>
    MacOS,
}
