namespace KernelFault.Kernels.Windows;

/// <summary>The structure a set of registers was read from.</summary>
public enum ContextOrigin : long
{
    /// <summary>The context record in the dump header.</summary>
    Header = 0,

    /// <summary>A context record that a bug-check parameter points to (0x7E parameter 4, 0x3B parameter 3 …).</summary>
    BugCheckContext,

    /// <summary>A trap frame that a bug-check parameter points to (0x139 parameter 2, 0x8E parameter 3, 0x7F parameter 4 …).</summary>
    BugCheckTrapFrame,

    /// <summary>A trap frame recognised on the stack memory of the dump.</summary>
    StackTrapFrame,
}
