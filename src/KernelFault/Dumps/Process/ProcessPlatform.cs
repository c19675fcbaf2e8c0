namespace KernelFault.Dumps.Process;

/// <summary>The operating system a process ran on.</summary>
public enum ProcessPlatform : long
{
    /// <summary>Not known.</summary>
    Unknown = 0,

    /// <summary>Windows.</summary>
    Windows,

    /// <summary>Linux.</summary>
    Linux,

    /// <summary>Android.</summary>
    Android,

    /// <summary>macOS or iOS.</summary>
    MacOS,
}
