namespace KernelFault.Dumps.Windows;

/// <summary>A copy of a kernel structure that a triage dump holds as a part of its own.</summary>
internal enum TriageSlice
{
    /// <summary>The <c>KPRCB</c> of the processor that crashed.</summary>
    Prcb,

    /// <summary>The <c>EPROCESS</c> of the current process.</summary>
    Process,

    /// <summary>The <c>ETHREAD</c> of the current thread.</summary>
    Thread,

    /// <summary><c>KDDEBUGGER_DATA64</c>.</summary>
    DebuggerData,

    /// <summary><c>DUMP_MM_STORAGE</c>.</summary>
    MemoryManager,
}
