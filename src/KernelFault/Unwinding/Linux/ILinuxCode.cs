using KernelFault.Formats.Orc;

namespace KernelFault.Unwinding.Linux;

/// <summary>What a walk has to know of the code of a crashed kernel.</summary>
internal interface ILinuxCode
{
    /// <summary>True if the kernel was built with ORC tables: a function without an entry is the exception then.</summary>
    bool HasOrc { get; }

    /// <summary>True if functions of the kernel or of a module lie at the address.</summary>
    bool IsText(ulong address);

    /// <summary>Finds how to unwind from an instruction.</summary>
    bool TryFindOrc(ulong address, out OrcEntry entry);

    /// <summary>Names an address: the function around it, in the kernel's own image or a module.</summary>
    /// <param name="address">Any address.</param>
    /// <param name="name">The name; <c>default</c> when there is none.</param>
    bool TryName(ulong address, out LinuxCodeName name);
}
