using static KernelFault.Dumps.Windows.LittleEndian;

namespace KernelFault.Dumps.Windows;

// Kernel structures are full of LIST_ENTRYs, and an empty list points to itself twice. In a copy of the structure every
// such pair tells where the original was: value minus offset. A PRCB has hundreds of them, an ETHREAD a dozen, an EPROCESS
// a few; the address that most agree on is the structure's own, whatever the build.

/// <summary>Finds where a copied structure was by its empty lists.</summary>
internal static class StructureAddress
{
    // Structures are allocated on 16 bytes at least (8 on 32-bit).
    private const int MinimumVotes = 3;
    private const int MaximumCandidates = 64;

    /// <summary>The address, or null when too few lists agree.</summary>
    internal static ulong? Prove(ReadOnlySpan<byte> copy, bool is64Bit)
    {
        int pointer = is64Bit ? 8 : 4;
        Span<ulong> candidates = stackalloc ulong[MaximumCandidates];
        Span<int> votes = stackalloc int[MaximumCandidates];
        int count = 0;
        for (int at = 0; at + (pointer * 2) <= copy.Length; at += pointer)
        {
            ulong forward = is64Bit ? UInt64(copy, at) : UInt32(copy, at);
            if (!TriageStructureAddresses.IsKernelPointer(forward, is64Bit))
            {
                continue;
            }

            ulong backward = is64Bit ? UInt64(copy, at + 8) : UInt32(copy, at + 4);
            ulong address = forward - (ulong)at;
            if (forward != backward || (address & (is64Bit ? 15u : 7u)) != 0)
            {
                continue;
            }

            int index = candidates.Slice(0, count).IndexOf(address);
            if (index < 0 && count < MaximumCandidates)
            {
                index = count++;
                candidates[index] = address;
            }

            if (index >= 0)
            {
                votes[index]++;
            }
        }

        int best = -1;
        for (int i = 0; i < count; i++)
        {
            if (best < 0 || votes[i] > votes[best])
            {
                best = i;
            }
        }

        return best >= 0 && votes[best] >= MinimumVotes ? candidates[best] : null;
    }
}
