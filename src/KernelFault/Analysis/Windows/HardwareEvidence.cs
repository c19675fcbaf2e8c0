using KernelFault.Dumps;
using KernelFault.Knowledge;

namespace KernelFault.Analysis.Windows;

/// <summary>Signs that the machine and not its software is at fault.</summary>
internal sealed class HardwareEvidence : IWindowsEvidence
{
    // Bits below this differ between neighbouring allocations anyway.
    private const int LowestTellingBit = 32;

    // A pointer of one bit may also be a flag that was used as a pointer.
    private const double LoneBitFactor = 0.3;

    public void Collect(WindowsCrash crash, EvidenceLog log)
    {
        if (crash.FaultClass == FaultClass.HardwareError)
        {
            string text = $"{crash.StopCode} is raised by the hardware or for it; the driver that happened to run is not its cause.";
            log.Find(FindingId.HardwareStopCode, FindingSeverity.Decisive, text, "the stop code");
            log.Suspect(EvidenceKind.HardwareCode, "hardware", CulpritKind.Hardware, text);
        }

        if (crash.FaultClass == FaultClass.GraphicsFailure)
        {
            log.Find(FindingId.HardwareStopCode, FindingSeverity.Notable, $"{crash.StopCode} comes of the graphics card itself (heat, power, its memory, its slot) as often as of its driver.", "the stop code");
            log.Doubt(EvidenceKind.Parameter, "The graphics card itself, its heat, power supply or slot, causes this as often as the driver that is named.");
        }

        Mismatch(crash, log);
        PageTableEntries(crash, log);
        Pointer(crash, log);
    }

    private static void Mismatch(WindowsCrash crash, EvidenceLog log)
    {
        if (OperandMismatch.Find(crash) is not { } mismatch)
        {
            return;
        }

        string text = $"The fault was reported at {mismatch.Reported}, but the instruction '{crash.Instruction!.Text}' uses {mismatch.Effective} with the registers saved at that moment: "
            + "the processor did not do what the code says, as unstable processors (overclocked, undervolted, overheated, worn out) do.";
        log.Find(FindingId.OperandMismatch, FindingSeverity.Decisive, text, $"the decoded instruction and {crash.Fault.RegistersOrigin}");
        log.Suspect(EvidenceKind.OperandMismatch, "processor", CulpritKind.Hardware, text);
        log.Doubt(EvidenceKind.OperandMismatch, "One such crash may also come of registers that were overwritten after the fault; two of them on one machine hardly do.");
    }

    private static void PageTableEntries(WindowsCrash crash, EvidenceLog log)
    {
        foreach (BugCheckOperand parameter in crash.Semantics.Operands)
        {
            if (parameter.Kind == BugCheckParameterKind.Pte && IsSingleBit(parameter.Value))
            {
                Flip(log, $"The page-table entry in bug check parameter {parameter.Parameter} should be empty but has one bit set, 0x{parameter.Value:x}: a single flipped bit.", 1.4);
            }
        }
    }

    private static void Pointer(WindowsCrash crash, EvidenceLog log)
    {
        if (crash.Instruction?.BaseValue?.ToUInt64() is not { } value || crash.Fault.Registers is not { } registers || crash.Address is not { } address)
        {
            return;
        }

        string name = crash.Instruction.BaseRegister ?? "the pointer";
        if (address.Region == AddressRegion.NonCanonical && BitFromCanonical(value) is { } bit)
        {
            Flip(log, $"{name} = 0x{value:x} would be a valid kernel address but for bit {bit}.", 1);
            return;
        }

        foreach (RegisterValue other in registers.Values)
        {
            ulong difference = other.Value ^ value;
            if (IsSingleBit(difference) && difference >> LowestTellingBit != 0 && IsKernel(other.Value) && !string.Equals(other.Name, name, StringComparison.OrdinalIgnoreCase))
            {
                Flip(log, $"{name} = 0x{value:x} differs from {other.Name} = 0x{other.Value:x} in one bit only (0x{difference:x}).", 1);
                return;
            }
        }

        const ulong NullPages = 0x10000;
        if (value >= NullPages && IsSingleBit(value))
        {
            Flip(log, $"{name} = 0x{value:x} is a single bit: a NULL pointer with one bit flipped, or a flag used as a pointer.", LoneBitFactor);
        }
    }

    private static void Flip(EvidenceLog log, string text, double factor)
    {
        log.Find(FindingId.SingleBitFlip, FindingSeverity.Notable, text, "the values in the dump");
        log.Suspect(EvidenceKind.BitFlip, "memory", CulpritKind.Hardware, text, factor);
    }

    private static bool IsSingleBit(ulong value) => value != 0 && (value & (value - 1)) == 0;

    private static bool IsKernel(ulong value) => value >= 0xFFFF8000_00000000;

    // A kernel pointer has bits 47 to 63 set; exactly one of them clear is a flip, anything else is garbage.
    private static int? BitFromCanonical(ulong value)
    {
        ulong missing = ~value >> 47;
        if (!IsSingleBit(missing))
        {
            return null;
        }

        int bit = 47;
        while ((missing >>= 1) != 0)
        {
            bit++;
        }

        return bit;
    }
}
