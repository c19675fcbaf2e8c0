using KernelFault.Kernels.Linux.Types;

namespace KernelFault.Kernels.Linux.Tasks;

/// <summary>Which task a processor was executing, and which it executes when there is nothing to do.</summary>
internal static class ProcessorTasks
{
    /// <summary>The task a processor was executing.</summary>
    /// <param name="kernel">The kernel.</param>
    /// <param name="cpu">The processor.</param>
    /// <returns>The address of its <c>struct task_struct</c>; null when it cannot be told.</returns>
    internal static ulong? Current(KernelData kernel, int cpu)
    {
        // x86: a per-CPU variable of its own, except from 6.2 to 6.14, when it was the first of a group.
        if (kernel.Symbol("current_task") is not 0 and ulong variable)
        {
            return Pointer(kernel, variable, 0, cpu);
        }

        if (kernel.Symbol("pcpu_hot") is not 0 and ulong group && kernel.OffsetOf("pcpu_hot", "current_task") is { } member)
        {
            return Pointer(kernel, group, member, cpu);
        }

        // arm64 keeps it in a register only; the scheduler knows it too.
        return kernel.Symbol("runqueues") is not 0 and ulong queues && kernel.OffsetOf("rq", "curr") is { } current
            ? Pointer(kernel, queues, current, cpu)
            : null;
    }

    /// <summary>The idle task of a processor.</summary>
    /// <param name="kernel">The kernel.</param>
    /// <param name="cpu">The processor.</param>
    /// <returns>The address of its <c>struct task_struct</c>; null when it cannot be told.</returns>
    internal static ulong? Idle(KernelData kernel, int cpu) =>
        kernel.Symbol("runqueues") is not 0 and ulong queues && kernel.OffsetOf("rq", "idle") is { } idle ? Pointer(kernel, queues, idle, cpu)
        : kernel.Symbol("idle_threads") is not 0 and ulong threads ? Pointer(kernel, threads, 0, cpu)
        : null;

    private static ulong? Pointer(KernelData kernel, ulong variable, uint offset, int cpu) =>
        kernel.PerCpu(variable, cpu) is { } copy && kernel.Word(copy + offset) is { } pointer && pointer != 0 ? pointer : null;
}
