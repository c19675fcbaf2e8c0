using System.Text;

namespace KernelFault.Kernels.Linux;

/// <summary>What taints a kernel, or what one of its modules brought: bits in memory, letters in print.</summary>
internal static class KernelTaint
{
    // By bit number: Documentation/admin-guide/tainted-kernels.rst.
    private const string FlagLetters = "PFSRMBUDAWCIOELKXTNJ";

    /// <summary>The letters of the bits that are set, by bit number.</summary>
    internal static string Letters(ulong bits)
    {
        var letters = new StringBuilder();
        for (int i = 0; i < FlagLetters.Length; i++)
        {
            if (((bits >> i) & 1) != 0)
            {
                letters.Append(FlagLetters[i]);
            }
        }

        return letters.ToString();
    }
}
