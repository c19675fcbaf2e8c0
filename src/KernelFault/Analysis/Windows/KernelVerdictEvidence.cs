using KernelFault.Dumps.Windows;
using KernelFault.Formats;
using KernelFault.Kernels;

namespace KernelFault.Analysis.Windows;

/// <summary>The driver that Windows itself named when it stopped.</summary>
internal sealed class KernelVerdictEvidence : IWindowsEvidence
{
    public void Collect(WindowsCrash crash, EvidenceLog log)
    {
        if (crash.Dump is not WindowsTriageDump { BrokenDriver: { } path })
        {
            return;
        }

        string name = PrintableText.Clean(path.Substring(path.LastIndexOf('\\') + 1));
        string text = $"Windows itself named {name} when it stopped.";
        log.Find(FindingId.NamedByKernel, FindingSeverity.Decisive, text, "the triage header (KiBugCheckDriver)");
        KernelModule? module = crash.Kernel.Modules.Find(m => string.Equals(m.Name, name, StringComparison.OrdinalIgnoreCase));
        if (module is not null)
        {
            log.Suspect(EvidenceKind.NamedByKernel, module, text);
            return;
        }

        bool unloaded = crash.Kernel.UnloadedModules.Exists(m => name.StartsWith(m.Name, StringComparison.OrdinalIgnoreCase));
        log.Suspect(EvidenceKind.NamedByKernel, name, unloaded ? CulpritKind.UnloadedDriver : CulpritKind.ThirdPartyDriver, text);
    }
}
