using KernelFault.Memory;

namespace KernelFault.Unwinding;

/// <summary>One frame of a stack, the innermost first.</summary>
public sealed record StackFrame
{
    /// <summary>The <see cref="Note"/> of a scanned return address whose code is not at hand: it may be left over from an earlier call.</summary>
    public const string NotVerified = "not verified by code";

    /// <summary>The <see cref="Note"/> of an entry that a Linux kernel prints with a question mark: a word on the stack that its unwinder passed over.</summary>
    public const string PassedOver = "marked ? by the kernel";

    /// <summary>True if the frame is a scanned return address that no code proves.</summary>
    internal bool IsUnproved => Trust == FrameTrust.CallScan && Note is NotVerified or PassedOver;

    /// <summary>Its position, 0 for the innermost.</summary>
    public required int Index { get; init; }

    /// <summary>The instruction: of the fault for a context frame, else the return address. Null where only names are known: Linux prints no addresses since 4.11.</summary>
    public required VirtualAddress? InstructionPointer { get; init; }

    /// <summary>Where on the stack it was found: the stack pointer of a context, or the slot of the return address; null when not on a stack.</summary>
    public VirtualAddress? StackPointer { get; init; }

    /// <summary>File name of the module; null when the address lies in none.</summary>
    public string? Module { get; init; }

    /// <summary>Bytes from the module's base; null with <see cref="Module"/>.</summary>
    public uint? Offset { get; init; }

    /// <summary>Name of the function, from symbols or exports; null when not known.</summary>
    public string? Function { get; init; }

    /// <summary>Bytes from the function's start; null with <see cref="Function"/>, and for an inlined function.</summary>
    public uint? FunctionOffset { get; init; }

    /// <summary>How it was found.</summary>
    public required FrameTrust Trust { get; init; }

    /// <summary>What is special: <c>bug check</c>, <c>exception</c>, <c>trap frame</c>, <c>not verified by code</c>; null when nothing.</summary>
    public string? Note { get; init; }

    /// <summary><c>module!function+0x1c</c>, as far as known.</summary>
    public string Symbol
    {
        get
        {
            if (Module is null)
            {
                return InstructionPointer?.Hex ?? "unknown";
            }

            string module = Module;
            return Function is null ? FormattableString.Invariant($"{module}+0x{Offset:x}")
                : FunctionOffset is null ? $"{module}!{Function}"
                : FormattableString.Invariant($"{module}!{Function}+0x{FunctionOffset:x}");
        }
    }

    /// <inheritdoc/>
    public override string ToString() => Symbol;
}
