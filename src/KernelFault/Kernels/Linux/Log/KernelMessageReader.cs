using KernelFault.Kernels.Linux.Types;

namespace KernelFault.Kernels.Linux.Log;

/// <summary>Reads the kernel's log from its memory, whichever layout it has.</summary>
/// <remarks>The symbol <c>prb</c> came with the ring buffer of 5.10; <c>log_first_idx</c> went with the buffer before it.</remarks>
internal static class KernelMessageReader
{
    /// <summary>Reads the messages one by one, the oldest first.</summary>
    /// <param name="kernel">The kernel.</param>
    /// <param name="warnings">Where it is said what cannot be read.</param>
    /// <returns>Nothing, and a warning, when the log is not to be found.</returns>
    internal static IEnumerable<KernelMessage> Read(KernelData kernel, ICollection<string> warnings)
    {
        if (kernel.Symbol("prb") is not 0 and ulong pointer)
        {
            if (kernel.Word(pointer) is { } buffer)
            {
                return new PrintkRingBuffer(kernel, buffer, warnings).Read();
            }

            warnings.Add("The kernel log cannot be read: the pointer to its ring buffer is not in the dump.");
            return [];
        }

        if (kernel.Symbol("log_first_idx") != 0)
        {
            return new PrintkLogBuffer(kernel, warnings).Read();
        }

        warnings.Add("The kernel log cannot be read: the kernel has neither the symbol prb nor log_first_idx.");
        return [];
    }
}
