namespace KernelFault.Playbooks.Loading;

/// <summary>What a person may have meant.</summary>
internal static class NearestName
{
    private const int MaximumLength = 64;

    /// <summary>A sentence with the name that is nearest to one that is not known.</summary>
    /// <param name="name">What was written.</param>
    /// <param name="known">What there is.</param>
    /// <returns><c>did you mean 'onFailure'?</c>, or the names when they are few; null when there is nothing to say.</returns>
    internal static string? Hint(string name, IEnumerable<string> known)
    {
        string[] names = [.. known.Distinct(StringComparer.Ordinal)];
        string? nearest = Find(name, names);
        return nearest is not null ? $"did you mean '{nearest}'?"
            : names.Length is 0 or > 24 ? null
            : (names.Length == 1 ? string.Empty : "one of ") + string.Join(", ", names);
    }

    /// <summary>The nearest name.</summary>
    /// <param name="name">What was written.</param>
    /// <param name="known">What there is.</param>
    /// <returns>The name; null when none is near.</returns>
    internal static string? Find(string name, IEnumerable<string> known)
    {
        string? best = null;
        int least = Math.Max(1, Math.Min(name.Length, MaximumLength) / 3) + 1;
        foreach (string candidate in known)
        {
            int distance = Distance(name, candidate, least);
            if (distance < least)
            {
                least = distance;
                best = candidate;
            }
        }

        return best;
    }

    // Letters that are added, left out, exchanged or swapped with the next; case, hyphens and underscores do not count.
    private static int Distance(string left, string right, int limit)
    {
        if (left.Length > MaximumLength || right.Length > MaximumLength)
        {
            return limit;
        }

        string a = Plain(left);
        string b = Plain(right);
        if (a == b || Math.Abs(a.Length - b.Length) >= limit)
        {
            return a == b ? 0 : limit;
        }

        int[] before = new int[b.Length + 1];
        int[] last = [.. Enumerable.Range(0, b.Length + 1)];
        int[] row = new int[b.Length + 1];
        for (int i = 1; i <= a.Length; i++)
        {
            row[0] = i;
            for (int j = 1; j <= b.Length; j++)
            {
                int cost = a[i - 1] == b[j - 1] ? 0 : 1;
                row[j] = Math.Min(Math.Min(row[j - 1], last[j]) + 1, last[j - 1] + cost);
                if (i > 1 && j > 1 && a[i - 1] == b[j - 2] && a[i - 2] == b[j - 1])
                {
                    row[j] = Math.Min(row[j], before[j - 2] + 1);
                }
            }

            (before, last, row) = (last, row, before);
        }

        return last[b.Length];
    }

    private static string Plain(string name) => name.Replace("-", string.Empty).Replace("_", string.Empty).ToLowerInvariant();
}
