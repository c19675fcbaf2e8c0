namespace KernelFault.Dumps;

/// <summary>What a crash file is, told by its signature and dump-type field, never by its extension.</summary>
/// <remarks>64-bit, as every enumeration of this library that leaves it: <c>ConvertTo-Json</c> writes such by name.</remarks>
public enum DumpKind : long
{
    /// <summary>Not known.</summary>
    Unknown = 0,

    /// <summary>Windows small memory dump (minidump), type 4.</summary>
    WindowsTriage,

    /// <summary>Windows complete memory dump, type 1.</summary>
    WindowsFull,

    /// <summary>Windows kernel (summary) memory dump, type 2.</summary>
    WindowsKernel,

    /// <summary>Windows header-only dump, type 3.</summary>
    WindowsHeader,

    /// <summary>Windows complete memory dump with a page bitmap, type 5.</summary>
    WindowsBitmapFull,

    /// <summary>Windows kernel memory dump with a page bitmap, type 6.</summary>
    WindowsBitmapKernel,

    /// <summary>Windows automatic memory dump, type 7.</summary>
    WindowsAutomatic,

    /// <summary>User-mode minidump of a Windows or other process (<c>MDMP</c>).</summary>
    ProcessMinidump,

    /// <summary>ELF core file of a user-mode process.</summary>
    ProcessElfCore,

    /// <summary>Text a Linux kernel printed when it crashed.</summary>
    KernelLog,

    /// <summary>Memory of a crashed Linux kernel.</summary>
    LinuxVmcore,
}
