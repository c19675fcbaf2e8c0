namespace KernelFault.Kernels.Linux;

/// <summary>How x86 instructions are written.</summary>
public enum DisassemblySyntax : long
{
    /// <summary>As Intel's manuals: destination first. The kernel-fault answers use it.</summary>
    Intel = 0,

    /// <summary>As the GNU tools and the kernel's own reports: source first, sizes in the mnemonic.</summary>
    Att,
}
