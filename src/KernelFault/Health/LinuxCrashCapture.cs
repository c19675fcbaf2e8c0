namespace KernelFault.Health;

/// <summary>What Linux would do at a crash: kdump, its target, the settings of panics, and pstore.</summary>
public sealed record LinuxCrashCapture
{
    /// <summary>The kernel's argument <c>crashkernel</c>; null when it has none.</summary>
    public required string? CrashKernel { get; init; }

    /// <summary><c>crashkernel</c> of the next boot, as far as the boot loader's files that can be read say; null when nothing sets it.</summary>
    public required string? NextCrashKernel { get; init; }

    /// <summary>Bytes that are reserved for a crash kernel (<c>/sys/kernel/kexec_crash_size</c>); null when the kernel cannot load one.</summary>
    public required long? ReservedBytes { get; init; }

    /// <summary>Whether a crash kernel is loaded and would take over (<c>/sys/kernel/kexec_crash_loaded</c>); null when the kernel cannot load one.</summary>
    public required bool? IsCrashKernelLoaded { get; init; }

    /// <summary>The service that loads it: <c>kdump-tools</c>, <c>kdump</c>; null when none is installed.</summary>
    public required string? Service { get; init; }

    /// <summary>Whether the service starts at boot; null without one, and where systemd does not tell.</summary>
    public required bool? IsServiceEnabled { get; init; }

    /// <summary>Where dumps go: a folder, or a target such as <c>nfs server:/path</c>, <c>ssh user@host</c>; null without a service.</summary>
    public required string? Target { get; init; }

    /// <summary>Bytes free there; null for a target that is not a folder of this machine's mounted file systems.</summary>
    public required long? TargetFreeBytes { get; init; }

    /// <summary>Bytes that a dump takes at most, uncompressed: all memory, or that of the kernel where the dump is filtered; null when unknown.</summary>
    public required long? ExpectedBytes { get; init; }

    /// <summary>Bytes of memory; null when unknown.</summary>
    public required long? MemoryBytes { get; init; }

    /// <summary>Whether an oops is a panic (<c>kernel.panic_on_oops</c>); null when unknown.</summary>
    public required bool? PanicOnOops { get; init; }

    /// <summary>Seconds from a panic without a crash kernel to the restart (<c>kernel.panic</c>): 0 waits for ever, less restarts at once; null when unknown.</summary>
    public required long? PanicTimeout { get; init; }

    /// <summary>What the magic SysRq key may do (<c>kernel.sysrq</c>): 0 nothing, 1 everything, otherwise bits, of which 8 is crashing; null when unknown.</summary>
    public required long? SysRq { get; init; }

    /// <summary>Where pstore keeps the log of a panic: <c>efi_pstore</c>, <c>erst</c>, <c>ramoops</c>; null when nothing does.</summary>
    public required string? PstoreBackend { get; init; }

    /// <summary>How many records pstore holds now, of earlier panics; null when it cannot be read.</summary>
    public required long? PstoreRecords { get; init; }
}
