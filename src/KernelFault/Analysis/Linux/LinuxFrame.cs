namespace KernelFault.Analysis.Linux;

/// <summary>An entry of a stack as the kernel printed it.</summary>
public sealed record LinuxFrame
{
    /// <summary>The function, compiler suffixes included.</summary>
    public required string Function { get; init; }

    /// <summary>Bytes from the function's start; null for an inlined function.</summary>
    public uint? Offset { get; init; }

    /// <summary>The function's size in bytes; null for an inlined function.</summary>
    public uint? Size { get; init; }

    /// <summary>The module; null for the kernel image.</summary>
    public string? Module { get; init; }

    /// <summary>The source file and line; null when not printed.</summary>
    public string? Source { get; init; }

    /// <summary>True when inlined into the entry below it.</summary>
    public bool IsInlined { get; init; }

    /// <summary>False for an entry marked <c>?</c>: an old word on the stack rather than a caller.</summary>
    public bool IsReliable { get; init; } = true;

    /// <summary>True for the instruction pointer of an exception.</summary>
    public bool IsInstructionPointer { get; init; }

    /// <summary><c>task</c>, <c>irq</c>, <c>nmi</c> or another stack by its name; null when not printed.</summary>
    public string? Context { get; init; }

    /// <summary>The address; null on kernels that do not print it.</summary>
    public Memory.VirtualAddress? Address { get; init; }

    /// <inheritdoc/>
    public override string ToString()
    {
        string place = Offset is null ? Function : FormattableString.Invariant($"{Function}+0x{Offset:x}/0x{Size:x}");
        string module = Module is null ? string.Empty : $" [{Module}]";
        return (IsReliable ? string.Empty : "? ") + place + module;
    }
}
