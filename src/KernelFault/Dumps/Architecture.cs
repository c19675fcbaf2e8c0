namespace KernelFault.Dumps;

/// <summary>The processor of the crashed machine.</summary>
public enum Architecture : long
{
    /// <summary>Not known.</summary>
    Unknown = 0,

    /// <summary>32-bit x86, <c>IMAGE_FILE_MACHINE_I386</c> (0x14C).</summary>
    X86,

    /// <summary>x86-64, <c>IMAGE_FILE_MACHINE_AMD64</c> (0x8664).</summary>
    X64,

    /// <summary>64-bit ARM, <c>IMAGE_FILE_MACHINE_ARM64</c> (0xAA64).</summary>
    Arm64,

    /// <summary>32-bit ARM, <c>IMAGE_FILE_MACHINE_ARMNT</c> (0x1C4).</summary>
    Arm,

    /// <summary>64-bit RISC-V (Linux).</summary>
    RiscV64,

    /// <summary>64-bit PowerPC (Linux).</summary>
    PowerPc64,

    /// <summary>64-bit IBM Z (Linux).</summary>
    S390X,

    /// <summary>32-bit PowerPC (Linux).</summary>
    PowerPc,

    /// <summary>32-bit RISC-V (Linux).</summary>
    RiscV32,
}
