using System.Globalization;
using KernelFault.Memory;

namespace KernelFault.Kernels.Linux.Types;

/// <summary>Walks the kernel's linked lists, which a crash may have left in any state.</summary>
internal static class KernelList
{
    /// <summary>The elements of a circular list (<c>struct list_head</c>).</summary>
    /// <param name="kernel">The kernel.</param>
    /// <param name="head">The list's head, which is no element.</param>
    /// <param name="memberOffset">Where the links are in an element, in bytes.</param>
    /// <param name="maximum">How many elements there can be at most.</param>
    /// <param name="name">What to call the list in a warning.</param>
    /// <param name="warnings">Where it is said why the walk ended before the head was met again.</param>
    /// <returns>The address of each element.</returns>
    internal static IEnumerable<ulong> Walk(KernelData kernel, ulong head, uint memberOffset, int maximum, string name, ICollection<string> warnings) =>
        Walk(kernel.Memory, head, head, memberOffset, memberOffset, maximum, name, warnings);

    /// <summary>The elements of a list of any kind.</summary>
    /// <param name="memory">The kernel's memory.</param>
    /// <param name="start">The link to the first element.</param>
    /// <param name="end">What the last link holds: the address of a ring's head; 0 for a list that ends with null.</param>
    /// <param name="memberOffset">Where the link is in an element, in bytes.</param>
    /// <param name="pointsTo">Where links point to in an element: the same as <paramref name="memberOffset"/>, or 0 for its start.</param>
    /// <param name="maximum">How many elements there can be at most.</param>
    /// <param name="name">What to call the list in a warning.</param>
    /// <param name="warnings">Where it is said why the walk ended before its end was met.</param>
    /// <returns>The address of each element.</returns>
    internal static IEnumerable<ulong> Walk(
        IMemoryReader memory, ulong start, ulong end, uint memberOffset, uint pointsTo, int maximum, string name, ICollection<string> warnings)
    {
        // Brent's way to see a cycle that leaves the end out: a mark that is set anew after 1, 2, 4, 8 … steps is met again.
        ulong mark = start;
        int untilMark = 1;
        int steps = 0;
        ulong at = start;
        for (int count = 0; ; count++)
        {
            if (!memory.TryReadUInt64(new VirtualAddress(at), out ulong link))
            {
                warnings.Add(Broken(name, count, "its link at " + new VirtualAddress(at).Hex + " is not in the dump"));
                yield break;
            }

            if (link == end)
            {
                yield break;
            }

            ulong element = unchecked(link - pointsTo);
            at = unchecked(element + memberOffset);
            if (at == mark || link == 0 || count >= maximum)
            {
                warnings.Add(Broken(name, count, at == mark ? "it runs in a circle" : link == 0 ? "a link is null" : "it is longer than it can be"));
                yield break;
            }

            yield return element;
            if (++steps == untilMark)
            {
                mark = at;
                steps = 0;
                untilMark *= 2;
            }
        }
    }

    private static string Broken(string name, int count, string why) =>
        string.Format(CultureInfo.InvariantCulture, "The list of {0} is damaged after {1} entries: {2}.", name, count, why);
}
