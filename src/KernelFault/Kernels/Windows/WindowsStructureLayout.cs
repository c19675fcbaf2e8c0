namespace KernelFault.Kernels.Windows;

/// <summary>Offsets in bytes inside KPRCB, EPROCESS and ETHREAD that the dump's own debugger data does not tell.</summary>
/// <param name="UniqueProcessId"><c>EPROCESS.UniqueProcessId</c>.</param>
/// <param name="ImageFileName"><c>EPROCESS.ImageFileName</c>, 15 characters.</param>
/// <param name="Cid"><c>ETHREAD.Cid</c>: process id, then thread id.</param>
/// <param name="DebuggerSavedIrql"><c>KPRCB.DebuggerSavedIRQL</c>; null when no source tells it.</param>
/// <param name="TrapFrame"><c>KTHREAD.TrapFrame</c>.</param>
/// <param name="StackLimit"><c>KTHREAD.StackLimit</c>.</param>
/// <param name="StackBase"><c>KTHREAD.StackBase</c>.</param>
/// <param name="OwnerProcess"><c>KTHREAD.Process</c>: the process the thread belongs to, attached elsewhere or not.</param>
internal sealed record WindowsStructureLayout(
    uint UniqueProcessId,
    uint ImageFileName,
    uint Cid,
    uint? DebuggerSavedIrql,
    uint TrapFrame,
    uint StackLimit,
    uint StackBase,
    uint OwnerProcess);
