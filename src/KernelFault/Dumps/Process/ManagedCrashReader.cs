namespace KernelFault.Dumps.Process;
internal static class ManagedCrashReader { internal static ManagedCrash? Read(ProcessDump d, IReadOnlyList<string> p, ICollection<string> w) => null; }
