using KernelFault.Kernels.Linux.Types;
using KernelFault.Memory;

namespace KernelFault.Kernels.Linux.Tasks;

/// <summary>Which processors a machine has (<c>struct cpumask</c>).</summary>
internal static class ProcessorSet
{
    /// <summary>The most that CONFIG_NR_CPUS can be on the architectures that are read.</summary>
    internal const int Maximum = 8192;

    /// <summary>Reads a set.</summary>
    /// <param name="kernel">The kernel.</param>
    /// <param name="symbol"><c>__cpu_online_mask</c>, <c>__cpu_present_mask</c> or <c>__cpu_possible_mask</c>.</param>
    /// <returns>The numbers of its processors, ascending; null when it cannot be read.</returns>
    internal static IReadOnlyList<int>? Read(KernelData kernel, string symbol)
    {
        ulong address = kernel.Symbol(symbol);
        if (address == 0)
        {
            return null;
        }

        int limit = (int)Math.Min(kernel.HalfWordOf("nr_cpu_ids") ?? 64, Maximum);
        byte[] mask = new byte[(limit + 63) / 64 * 8];
        if (limit == 0 || !kernel.Memory.TryRead(new VirtualAddress(address), mask))
        {
            return null;
        }

        var set = new List<int>();
        for (int cpu = 0; cpu < limit; cpu++)
        {
            if ((mask[cpu / 8] & (1 << (cpu % 8))) != 0)
            {
                set.Add(cpu);
            }
        }

        return set;
    }
}
