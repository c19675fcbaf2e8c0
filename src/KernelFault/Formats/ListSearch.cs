namespace KernelFault.Formats;

/// <summary>
/// Looks through lists as the query operators do, on the way of every answer: loading their library costs a program that
/// answers once and ends more than the search itself.
/// </summary>
internal static class ListSearch
{
    /// <summary>The first that fits.</summary>
    /// <returns>Null when none does.</returns>
    internal static T? Find<T>(this IReadOnlyList<T> list, Predicate<T> fits)
        where T : class
    {
        for (int i = 0; i < list.Count; i++)
        {
            if (fits(list[i]))
            {
                return list[i];
            }
        }

        return null;
    }

    /// <summary>True if any fits.</summary>
    internal static bool Exists<T>(this IReadOnlyList<T> list, Predicate<T> fits)
        where T : class => Find(list, fits) is not null;
}
