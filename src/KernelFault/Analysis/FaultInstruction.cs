using KernelFault.Memory;

namespace KernelFault.Analysis;

/// <summary>The instruction that faulted.</summary>
public sealed record FaultInstruction
{
    /// <summary>Where it is; null where only its function is known: Linux prints no addresses of its code since 4.11.</summary>
    public required VirtualAddress? Address { get; init; }

    /// <summary>The module it is in; null when it lies in none.</summary>
    public string? Module { get; init; }

    /// <summary>Bytes from the module's base; null with <see cref="Module"/>.</summary>
    public uint? Offset { get; init; }

    /// <summary>Function and displacement; null when not known.</summary>
    public string? Function { get; init; }

    /// <summary>Its bytes in hexadecimal; null when neither the dump nor an image holds them.</summary>
    public string? Bytes { get; init; }

    /// <summary>Disassembly, such as <c>mov qword ptr [rcx+28h],rax</c>; null with <see cref="Bytes"/>.</summary>
    public string? Text { get; init; }

    /// <summary>The address its memory operand names, computed from the registers; null when it has none or registers are missing.</summary>
    public VirtualAddress? EffectiveAddress { get; init; }

    /// <summary>How it uses that address.</summary>
    public AccessKind Access { get; init; }

    /// <summary>Bytes it reads or writes there; null when it uses no memory or the size is not fixed.</summary>
    public int? AccessSize { get; init; }

    /// <summary>The memory operand alone, such as <c>[rcx+28h]</c>; null when there is none.</summary>
    public string? Operand { get; init; }

    /// <summary>The register the operand counts from, in lower case, such as <c>rcx</c>; null when it counts from none.</summary>
    public string? BaseRegister { get; init; }

    /// <summary>What that register held; null when it is not known.</summary>
    public VirtualAddress? BaseValue { get; init; }

    /// <summary>The register that is scaled and added, such as <c>rax</c>; null when there is none.</summary>
    public string? IndexRegister { get; init; }

    /// <summary>The constant part of the operand, in bytes; null when there is no operand.</summary>
    public long? Displacement { get; init; }

    /// <summary>Where the bytes were read: the dump, or an image by name; null with <see cref="Bytes"/>.</summary>
    public string? Origin { get; init; }
}
