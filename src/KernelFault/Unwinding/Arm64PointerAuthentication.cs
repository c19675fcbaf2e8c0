namespace KernelFault.Unwinding;

/// <summary>Signed return addresses (ARMv8.3 pointer authentication) as Windows kernels since 2021 store them.</summary>
internal static class Arm64PointerAuthentication
{
    private const ulong CodeBits = 0xFFFF_0000_0000_0000;

    /// <summary>The address without its signature: bit 55 says which half of the address space it is in.</summary>
    internal static ulong Strip(ulong pointer) => (pointer & (1UL << 55)) != 0 ? pointer | CodeBits : pointer & ~CodeBits;
}
