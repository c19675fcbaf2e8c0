using KernelFault.Knowledge;
using KernelFault.Memory;

namespace KernelFault.Analysis;

/// <summary>What the parameters of one bug check are: the faulting address, the instruction, the trap frame and so on.</summary>
/// <remarks>Derived from the knowledge data, so that no analyser holds a list of stop codes.</remarks>
internal sealed record BugCheckSemantics
{
    /// <summary>The documented number, flag of small dumps folded in.</summary>
    public required uint Code { get; init; }

    /// <summary>The class of fault that code, case and exception say; <see cref="FaultClass.Unknown"/> when the code is not known.</summary>
    public FaultClass FaultClass { get; init; }

    /// <summary>The value that chose a case; null when the code has no cases or none is documented for it.</summary>
    public ulong? CaseValue { get; init; }

    /// <summary>What the parameter that chooses among cases says; null when there is none.</summary>
    public string? CaseMeaning { get; init; }

    /// <summary>Cause tags, the likeliest first; the case's own before the code's.</summary>
    public IReadOnlyList<string> Causes { get; init; } = [];

    /// <summary>Next-step tags, in order; the case's own before the code's.</summary>
    public IReadOnlyList<string> NextSteps { get; init; } = [];

    /// <summary>Every parameter that is in use, with its kind.</summary>
    public IReadOnlyList<BugCheckOperand> Operands { get; init; } = [];

    /// <summary>How <see cref="FaultAddress"/> was used; unknown when the parameters do not tell.</summary>
    public AccessKind Access { get; init; }

    /// <summary>The address that could not be used; null when the code has none. May be 0.</summary>
    public VirtualAddress? FaultAddress => Address(BugCheckParameterKind.FaultAddress, zeroCounts: true);

    /// <summary>The instruction that did it; null when the code does not tell.</summary>
    public VirtualAddress? Instruction => Address(BugCheckParameterKind.Instruction);

    /// <summary>Address of the trap frame; null when the code has none.</summary>
    public VirtualAddress? TrapFrame => Address(BugCheckParameterKind.TrapFrame);

    /// <summary>Address of the context record; null when the code has none.</summary>
    public VirtualAddress? ContextRecord => Address(BugCheckParameterKind.ContextRecord);

    /// <summary>Address of the exception record; null when the code has none.</summary>
    public VirtualAddress? ExceptionRecord => Address(BugCheckParameterKind.ExceptionRecord);

    /// <summary>Address of the process object concerned; null when the code has none.</summary>
    public VirtualAddress? Process => Address(BugCheckParameterKind.Process);

    /// <summary>Address of the thread object concerned; null when the code has none.</summary>
    public VirtualAddress? Thread => Address(BugCheckParameterKind.Thread);

    /// <summary>Address of the driver object concerned; null when the code has none.</summary>
    public VirtualAddress? DriverObject => Address(BugCheckParameterKind.DriverObject);

    /// <summary>Address of the device object concerned; null when the code has none.</summary>
    public VirtualAddress? DeviceObject => Address(BugCheckParameterKind.DeviceObject);

    /// <summary>Address of the I/O request packet concerned; null when the code has none.</summary>
    public VirtualAddress? Irp => Address(BugCheckParameterKind.Irp);

    /// <summary>Addresses that lie in the code of the driver concerned (routines, call sites, owner tags), in the order of the parameters.</summary>
    public IReadOnlyList<VirtualAddress> CodeAddresses =>
        [.. Operands.Where(operand => operand is { Kind: BugCheckParameterKind.CodeAddress or BugCheckParameterKind.ImageBase, Value: not 0 })
                    .Select(operand => new VirtualAddress(operand.Value))];

    /// <summary>IRQL the parameters tell; null when they do not, or when interrupts were off (then they hold 0xFF).</summary>
    public int? Irql => Find(BugCheckParameterKind.Irql) is { Value: < 32 } operand ? (int)operand.Value : null;

    /// <summary>The exception nothing handled; null when the code has none.</summary>
    public uint? ExceptionCode => NtStatus(BugCheckParameterKind.ExceptionCode);

    /// <summary>The status the parameters tell; null when they do not.</summary>
    public uint? Status => NtStatus(BugCheckParameterKind.Status);

    /// <summary>The parameter that holds something of a kind, to cite it.</summary>
    /// <param name="kind">The kind.</param>
    /// <returns>The first such parameter; null when the code has none.</returns>
    public BugCheckOperand? Find(BugCheckParameterKind kind)
    {
        foreach (BugCheckOperand operand in Operands)
        {
            if (operand.Kind == kind)
            {
                return operand;
            }
        }

        return null;
    }

    private VirtualAddress? Address(BugCheckParameterKind kind, bool zeroCounts = false) =>
        Find(kind) is { } operand && (zeroCounts || operand.Value != 0) ? new VirtualAddress(operand.Value) : null;

    private uint? NtStatus(BugCheckParameterKind kind) =>
        Find(kind) is { Value: not 0 } operand && BugCheckDecoder.TryNarrowStatus(operand.Value, out uint status) ? status : null;
}
