using System.Globalization;

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
        Walk(kernel, head, head, memberOffset, maximum, name, warnings);

    /// <summary>The elements of a list that ends with a null pointer (<c>struct hlist_head</c>, <c>struct llist_head</c>).</summary>
    /// <param name="kernel">The kernel.</param>
    /// <param name="head">The pointer to the first element's links.</param>
    /// <param name="memberOffset">Where the links are in an element, in bytes.</param>
    /// <param name="maximum">How many elements there can be at most.</param>
    /// <param name="name">What to call the list in a warning.</param>
    /// <param name="warnings">Where it is said why the walk ended before the end was met.</param>
    /// <returns>The address of each element.</returns>
    internal static IEnumerable<ulong> WalkToNull(KernelData kernel, ulong head, uint memberOffset, int maximum, string name, ICollection<string> warnings) =>
        Walk(kernel, head, 0, memberOffset, maximum, name, warnings);

    // Brent's way to see a cycle that leaves the end out: a mark that is set anew after 1, 2, 4, 8 … steps is met again.
    private static IEnumerable<ulong> Walk(KernelData kernel, ulong start, ulong end, uint memberOffset, int maximum, string name, ICollection<string> warnings)
    {
        ulong mark = start;
        int untilMark = 1;
        int steps = 0;
        ulong at = start;
        for (int count = 0; ; count++)
        {
            if (kernel.Word(at) is not { } next)
            {
                warnings.Add(Broken(name, count, "its link at 0x" + at.ToString("x16", CultureInfo.InvariantCulture) + " is not in the dump"));
                yield break;
            }

            if (next == end)
            {
                yield break;
            }

            if (next == mark || next == 0 || count >= maximum)
            {
                warnings.Add(Broken(name, count, next == mark ? "it runs in a circle" : next == 0 ? "a link is null" : "it is longer than it can be"));
                yield break;
            }

            yield return unchecked(next - memberOffset);
            at = next;
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
