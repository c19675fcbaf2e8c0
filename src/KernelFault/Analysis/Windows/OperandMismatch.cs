using KernelFault.Memory;

namespace KernelFault.Analysis.Windows;

/// <summary>
/// A fault at an address that the instruction cannot have named: its one memory operand, computed from the registers saved at
/// the fault, lies elsewhere. Either the registers are not those of the fault or the processor did not do what the code says,
/// which unstable processors do (overclocked, undervolted, overheated, worn out).
/// </summary>
/// <param name="Effective">The address that the operand names.</param>
/// <param name="Reported">The address that the fault was reported for.</param>
internal sealed record OperandMismatch(VirtualAddress Effective, VirtualAddress Reported)
{
    // The widest operand, and the reach of an access that crosses into the next page.
    private const ulong OperandReach = 64;

    // Instructions that use the stack, or more than one address, besides the operand that was decoded.
    private static readonly string[] s_moreThanOneAddress =
    [
        "push", "pop", "call", "ret", "enter", "leave", "int", "iret", "rep", "movs", "cmps", "stos", "lods", "scas",
        "ins", "outs", "xsave", "xrstor", "fx", "sysret", "vgather", "vpgather", "vscatter", "vpscatter", "jmp",
    ];

    /// <summary>Looks for one; null when address and operand agree, or cannot be compared.</summary>
    internal static OperandMismatch? Find(WindowsCrash crash)
    {
        if (crash.Instruction is not { Text: { } text, EffectiveAddress: { } effective }
            || crash.Fault.Address is not { } reported
            || !crash.Fault.RegistersProven
            || reported == crash.Fault.InstructionPointer
            || Array.Exists(s_moreThanOneAddress, start => text.StartsWith(start, StringComparison.Ordinal)))
        {
            return null;
        }

        ulong distance = effective <= reported ? reported - effective : effective - reported;
        return distance < OperandReach ? null : new OperandMismatch(effective, reported);
    }
}
