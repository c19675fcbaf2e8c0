using KernelFault.Formats;
using KernelFault.Kernels;
using KernelFault.Kernels.Windows;
using KernelFault.Knowledge;

namespace KernelFault.Analysis.Windows;

/// <summary>What the processor that the bug check names was doing, where the dump holds it.</summary>
internal sealed class ProcessorEvidence : IWindowsEvidence
{
    // Where a hanging processor stood says what ran, seldom what made it hang.
    private const double HangingFactor = 0.45;

    public void Collect(WindowsCrash crash, EvidenceLog log)
    {
        ulong? number = crash.Semantics.Find(BugCheckParameterKind.ProcessorNumber)?.Value;
        ulong? prcb = crash.Semantics.Find(BugCheckParameterKind.Prcb)?.Value;
        ProcessorState? processor = crash.Kernel.Processors.Find(p => p.PrcbAddress.ToUInt64() == prcb || p.Number == number);
        if (processor?.Registers is not { } registers)
        {
            return;
        }

        KernelModule? module = crash.Kernel.ModuleAt(registers.InstructionPointer);
        string place = module is null
            ? registers.InstructionPointer.Hex
            : $"{module.Name}+0x{registers.InstructionPointer - module.BaseAddress:x}";
        string idle = processor.IsIdle == true ? " in its idle thread" : string.Empty;
        log.Find(
            FindingId.NamedProcessor,
            FindingSeverity.Notable,
            $"Processor {processor.Number}, which the bug check names, stood at {place}{idle}.",
            "the processor's control block");
        if (module is not null && crash.Standing.Of(module) is ModuleStanding.ThirdParty or ModuleStanding.Unknown)
        {
            log.Suspect(EvidenceKind.FaultingInstruction, module, $"Processor {processor.Number}, which the bug check names, was executing {crash.Standing.Describe(module)} at {place}.", HangingFactor);
        }
    }
}
