namespace KernelFault.Dumps.Linux;

/// <summary>How a vmcore is laid out.</summary>
public enum VmcoreFormat : long
{
    /// <summary>An ELF core file: <c>/proc/vmcore</c>, <c>makedumpfile -E</c>, an emulator's <c>dump-guest-memory</c>.</summary>
    Elf = 0,

    /// <summary>The kdump-compressed format of <c>makedumpfile</c> (signature <c>KDUMP</c>): a bitmap and single pages.</summary>
    KdumpCompressed,
}
