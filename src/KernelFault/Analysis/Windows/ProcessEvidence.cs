using KernelFault.Formats;
using KernelFault.Kernels.Windows;

namespace KernelFault.Analysis.Windows;

/// <summary>Programs that matter: the critical one that ended, and those made to crash machines.</summary>
internal sealed class ProcessEvidence : IWindowsEvidence
{
    private const string CrashToolCategory = "crash-test";

    public void Collect(WindowsCrash crash, EvidenceLog log)
    {
        CriticalProcess(crash, log);
        CrashTool(crash, log);
    }

    private static void CriticalProcess(WindowsCrash crash, EvidenceLog log)
    {
        if (crash.FaultClass != FaultClass.CriticalProcessDied
            || crash.Semantics.Process is not { } address
            || ProcessObjectReader.Read(crash.Dump, crash.Symbols, address) is not { } process)
        {
            return;
        }

        string name = process.ImageFileName;
        string status = process.ExitStatus is { } exit && exit != 0
            ? $" with status 0x{exit:x8}{(crash.KnowledgeBase.FindStatus(exit) is { } known ? $" ({known.Name})" : string.Empty)}"
            : string.Empty;
        string id = process.ProcessId is { } number ? $" (process {number})" : string.Empty;
        string text = $"{name}{id} ended{status}; Windows cannot run without it.";
        log.Find(FindingId.CriticalProcess, FindingSeverity.Decisive, text, "the process object that the bug check names");
        log.Suspect(EvidenceKind.Process, name, CulpritKind.Process, text);
        log.Doubt(EvidenceKind.Process, "Why the process ended is not in a small dump: damaged system files, a disk that failed, or a program that killed or broke it.");
    }

    private static void CrashTool(WindowsCrash crash, EvidenceLog log)
    {
        Kernels.KernelModule? tool = crash.Kernel.Modules.Find(m => crash.KnowledgeBase.FindDriver(m.Name)?.Category == CrashToolCategory);
        string? program = crash.Kernel.ProcessName;
        if (tool is null || program is null || !program.StartsWith("notmyfault", StringComparison.OrdinalIgnoreCase))
        {
            return;
        }

        string text = $"{program} was running and its driver {tool.Name} is loaded: a tool that crashes machines on purpose.";
        log.Find(FindingId.CrashTestTool, FindingSeverity.Decisive, text, "process name and list of drivers");
        log.Suspect(EvidenceKind.CrashTool, tool, text);
    }
}
