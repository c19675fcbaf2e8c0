using KernelFault.Formats;
using KernelFault.Kernels;
using KernelFault.Memory;

namespace KernelFault.Analysis.Windows;

/// <summary>A driver that was unloaded while something still pointed into it.</summary>
internal sealed class UnloadedDriverEvidence : IWindowsEvidence
{
    // A pointer into the range may be chance when only data was touched; execution there is not.
    private const double DataFactor = 0.75;

    public void Collect(WindowsCrash crash, EvidenceLog log)
    {
        if (crash.Fault.InstructionPointer is { } pointer && crash.FaultingModule is null && Find(crash, pointer) is { } executed)
        {
            Add(executed, pointer, "The processor was executing", 1, log);
        }
        else if (crash.Fault.Address is { } address && crash.Kernel.ModuleAt(address) is null && Find(crash, address) is { } touched)
        {
            Add(touched, address, "The faulting address lies", DataFactor, log);
        }
    }

    private static UnloadedModule? Find(WindowsCrash crash, VirtualAddress address) => crash.Kernel.UnloadedModules.Find(m => m.Contains(address));

    private static void Add(UnloadedModule module, VirtualAddress address, string what, double factor, EvidenceLog log)
    {
        string text = $"{what} at {module.Name}+0x{address - module.StartAddress:x}, after {module.Name} had been unloaded.";
        log.Find(FindingId.UnloadedDriver, FindingSeverity.Decisive, text, "the list of unloaded drivers");
        log.Suspect(EvidenceKind.UnloadedRange, module.Name, CulpritKind.UnloadedDriver, text, factor);
    }
}
