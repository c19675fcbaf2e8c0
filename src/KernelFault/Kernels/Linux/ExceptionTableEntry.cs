using KernelFault.Memory;

namespace KernelFault.Kernels.Linux;

/// <summary>What a kernel does when one of its own instructions faults that it expects to: an entry of its exception table.</summary>
public sealed record ExceptionTableEntry
{
    /// <summary>The entry itself.</summary>
    public required VirtualAddress Address { get; init; }

    /// <summary>The instruction that may fault.</summary>
    public required VirtualAddress Instruction { get; init; }

    /// <summary>Where the kernel goes on when it does.</summary>
    public required VirtualAddress Fixup { get; init; }

    /// <summary>How the fault is handled, as the kernel's <c>EX_TYPE_…</c> is called, such as <c>UACCESS</c>; a number when that is all that is known; null for kernels before 5.17, which name a function.</summary>
    public string? HandlerType { get; init; }

    /// <summary>The function that handles the fault (x86 before 5.17); null when <see cref="HandlerType"/> says how.</summary>
    public VirtualAddress? Handler { get; init; }

    /// <summary>The module whose table it is in; null for the kernel image.</summary>
    public string? Module { get; init; }
}
