using KernelFault.Formats;
using KernelFault.Kernels;
using KernelFault.Memory;

namespace KernelFault.Analysis.Windows;

/// <summary>The faulting instruction: whose it is, and whether it is one that belongs there.</summary>
internal sealed class InstructionEvidence : IWindowsEvidence
{
    // Damaged memory crashes whoever uses it next.
    private const double VictimFactor = 0.5;

    // Code that did not do what it says is not what is wrong.
    private const double MismatchFactor = 0.4;

    public void Collect(WindowsCrash crash, EvidenceLog log)
    {
        if (crash.Fault.InstructionPointer is not { } pointer)
        {
            return;
        }

        string origin = crash.Fault.InstructionPointerOrigin ?? "the dump";
        if (crash.FaultingModule is not { } module)
        {
            Nowhere(crash, pointer, origin, log);
            return;
        }

        string place = $"{module.Name}+0x{pointer - module.BaseAddress:x}";
        log.Find(FindingId.FaultingInstruction, FindingSeverity.Decisive, $"The faulting instruction is {place}{Text(crash)}.", origin);
        double factor = (crash.IsLateDamage ? VictimFactor : 1) * (OperandMismatch.Find(crash) is null ? 1 : MismatchFactor);
        log.Suspect(EvidenceKind.FaultingInstruction, module, $"The faulting instruction lies in {crash.Standing.Describe(module)} at +0x{pointer - module.BaseAddress:x} (from {origin}).", factor);
        if (crash.IsLateDamage)
        {
            log.Doubt(EvidenceKind.FaultingInstruction, "Damaged memory surfaces in whatever code uses it next: the code that crashed is often the victim.");
        }

        if (crash.Standing.Of(module) == ModuleStanding.Core)
        {
            log.Doubt(EvidenceKind.FaultingInstruction, $"{module.Name} is a core part of Windows; it most likely worked on what another driver, or the hardware, had damaged.");
        }

        Implausible(crash, module, log);
    }

    private static string Text(WindowsCrash crash) => crash.Instruction?.Text is { } text ? $": {text}" : string.Empty;

    private static void Nowhere(WindowsCrash crash, VirtualAddress pointer, string origin, EvidenceLog log)
    {
        KernelFault.Kernels.UnloadedModule? gone = crash.Kernel.UnloadedModules.Find(m => m.Contains(pointer));
        if (gone is null)
        {
            log.Find(FindingId.FaultingInstruction, FindingSeverity.Decisive, $"The processor was executing at {pointer}, which lies in no loaded driver.", origin);
        }
    }

    // Windows' kernel and drivers are compiled without x87: such an instruction means that execution went astray.
    private static void Implausible(WindowsCrash crash, KernelModule module, EvidenceLog log)
    {
        if (crash.Instruction?.Text is not { Length: > 1 } text || text[0] != 'f' || text.StartsWith("fx", StringComparison.Ordinal))
        {
            return;
        }

        log.Find(
            FindingId.ImplausibleInstruction,
            FindingSeverity.Notable,
            $"'{text}' is floating-point code of a kind that {module.Name} does not contain: the processor was executing in the middle of another instruction. A damaged return address or function pointer, or a fault of the processor itself, leads there.",
            "the decoded instruction");
        log.Suspect(EvidenceKind.AstrayExecution, "processor", CulpritKind.Hardware, $"Execution went astray before the fault: '{text}' is no instruction of {module.Name}.");
        log.Doubt(EvidenceKind.FaultingInstruction, "Execution had already gone astray before the fault; what led there is not in the faulting instruction.");
    }
}
