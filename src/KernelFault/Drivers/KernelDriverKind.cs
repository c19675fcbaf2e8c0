namespace KernelFault.Drivers;

/// <summary>What sort of code in the kernel it is.</summary>
public enum KernelDriverKind : long
{
    /// <summary>A kernel driver of Windows, or one whose sort is not known.</summary>
    Driver,

    /// <summary>A file system driver of Windows that is no minifilter.</summary>
    FileSystem,

    /// <summary>A file system filter under the filter manager of Windows.</summary>
    Minifilter,

    /// <summary>A module of Linux.</summary>
    Module,

    /// <summary>Firmware that Windows installs like a driver.</summary>
    Firmware,
}
