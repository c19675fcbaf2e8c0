using System.Globalization;

namespace KernelFault.Playbooks.Running;

/// <summary>A number of machines, or a percentage of all of them.</summary>
internal static class RunCount
{
    /// <summary>Reads one.</summary>
    /// <param name="text"><c>5</c> or <c>20%</c>.</param>
    /// <param name="all">How many machines there are.</param>
    /// <returns>A number, rounded down.</returns>
    /// <exception cref="PlaybookException">It is neither.</exception>
    internal static int Of(string text, int all)
    {
        bool percentage = text.EndsWith("%", StringComparison.Ordinal);
        return int.TryParse(percentage ? text.Remove(text.Length - 1) : text, NumberStyles.None, CultureInfo.InvariantCulture, out int number) && !(percentage && number > 100)
            ? percentage ? (int)((long)all * number / 100) : number
            : throw new PlaybookException($"'{text}' is neither a number of machines nor a percentage of them, such as 5 or 20%.");
    }

    /// <summary>Splits machines into batches.</summary>
    /// <param name="sizes">Sizes, the last one again and again; empty for one batch.</param>
    /// <param name="all">How many machines there are.</param>
    /// <returns>How many are in each batch, at least one.</returns>
    /// <exception cref="PlaybookException">A size is none.</exception>
    internal static IReadOnlyList<int> Batches(IReadOnlyList<string> sizes, int all)
    {
        var batches = new List<int>();
        int[] counts = [.. sizes.Select(size => size.Trim('0') is "" or "%" ? throw new PlaybookException($"A batch of '{size}' machines has none in it.") : Math.Max(1, Of(size, all)))];
        for (int left = all; left > 0; left -= batches[batches.Count - 1])
        {
            batches.Add(counts.Length == 0 ? left : Math.Min(left, counts[Math.Min(batches.Count, counts.Length - 1)]));
        }

        return batches;
    }
}
