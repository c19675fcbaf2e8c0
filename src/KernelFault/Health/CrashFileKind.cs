namespace KernelFault.Health;

/// <summary>What a file of a crash is.</summary>
public enum CrashFileKind : long
{
    /// <summary>Windows' <c>MEMORY.DMP</c>: a complete, kernel, active or automatic dump.</summary>
    MemoryDump,

    /// <summary>A small dump of Windows.</summary>
    Minidump,

    /// <summary>A dump of Windows' kernel, taken without a crash, in <c>LiveKernelReports</c>.</summary>
    LiveKernelReport,

    /// <summary>Memory of a Linux that crashed, as kdump wrote it.</summary>
    Vmcore,

    /// <summary>The log of a Linux that crashed, as kdump wrote it.</summary>
    KernelLog,

    /// <summary>A record of pstore: the end of a panic's log.</summary>
    Pstore,

    /// <summary>The kernel's messages in the journal of the boot before this one.</summary>
    Journal,
}
