namespace KernelFault.Kernels.Linux.Symbols;

/// <summary>How kallsyms writes an address.</summary>
internal enum KallsymsEncoding : long
{
    /// <summary>64-bit addresses (<c>kallsyms_addresses</c>).</summary>
    Absolute = 0,

    /// <summary>Unsigned 32-bit distances from <c>kallsyms_relative_base</c>.</summary>
    BaseRelative,

    /// <summary>
    /// As before, but a value from 0 on is an absolute address (per-CPU symbols, which KASLR does not move), and a negative one
    /// is the complement of the distance from the base: <c>CONFIG_KALLSYMS_ABSOLUTE_PERCPU</c>, x86 up to 6.14.
    /// </summary>
    BaseRelativeAbsolutePerCpu,

    /// <summary>Signed 32-bit distances from the value's own place, without a base (7.x).</summary>
    PlaceRelative,
}
