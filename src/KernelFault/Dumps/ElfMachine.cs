namespace KernelFault.Dumps;

/// <summary>The processors of ELF files.</summary>
internal static class ElfMachine
{
    /// <summary>The processor of an <c>e_machine</c> value.</summary>
    internal static Architecture ToArchitecture(ushort machine) => machine switch
    {
        3 => Architecture.X86,
        40 => Architecture.Arm,
        62 => Architecture.X64,
        183 => Architecture.Arm64,
        _ => Architecture.Unknown,
    };
}
