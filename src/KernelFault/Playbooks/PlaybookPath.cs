using System.Globalization;

namespace KernelFault.Playbooks;

/// <summary>
/// The path of a value: names with dots, and positions from 0 in brackets, <c>results.collect.files[0].path</c>. A name is a letter or
/// underscore, then letters, digits, underscores and hyphens. <c>length</c> behind a list is how many elements it has.
/// </summary>
internal sealed class PlaybookPath
{
    private const int MaximumParts = 32;

    private PlaybookPath(IReadOnlyList<object> parts) => Parts = parts;

    /// <summary>Names (<see cref="string"/>) and positions (<see cref="int"/>), at least a name.</summary>
    internal IReadOnlyList<object> Parts { get; }

    /// <summary>The first name: where the value comes from.</summary>
    internal string Root => (string)Parts[0];

    /// <summary>Reads a path.</summary>
    /// <param name="text">The path.</param>
    /// <returns>The path.</returns>
    /// <exception cref="PlaybookException">It is none.</exception>
    internal static PlaybookPath Parse(string text)
    {
        var parts = new List<object>();
        int at = 0;
        while (at < text.Length && parts.Count < MaximumParts)
        {
            if (text[at] == '[' && parts.Count > 0)
            {
                int end = text.IndexOf(']', at);
                string digits = end < 0 ? string.Empty : text.Substring(at + 1, end - at - 1);
                if (!int.TryParse(digits, NumberStyles.None, CultureInfo.InvariantCulture, out int index))
                {
                    break;
                }

                parts.Add(index);
                at = end + 1;
                continue;
            }

            int start = parts.Count == 0 ? at : text[at] == '.' ? at + 1 : text.Length;
            int stop = start;
            while (stop < text.Length && (stop == start ? IsFirst(text[stop]) : IsFirst(text[stop]) || text[stop] is (>= '0' and <= '9') or '-'))
            {
                stop++;
            }

            if (stop == start)
            {
                break;
            }

            parts.Add(text.Substring(start, stop - start));
            at = stop;
        }

        return at == text.Length && parts.Count > 0
            ? new PlaybookPath(parts)
            : throw new PlaybookException($"'{text}' is not the path of a value: names with dots between and positions in brackets are expected, such as 'results.collect.files[0].path'.");
    }

    /// <summary>Follows the path.</summary>
    /// <param name="roots">Values by first name.</param>
    /// <returns>The value; null when a part of the path is not there.</returns>
    internal object? Follow(IReadOnlyDictionary<string, object?> roots)
    {
        object? value = roots;
        foreach (object part in Parts)
        {
            value = (value, part) switch
            {
                (IReadOnlyDictionary<string, object?> map, string name) => map.TryGetValue(name, out object? found) ? found : null,
                (IReadOnlyList<object?> list, int index) => index < list.Count ? list[index] : null,
                (IReadOnlyList<object?> list, "length") => (long)list.Count,
                _ => null,
            };
        }

        return value;
    }

    private static bool IsFirst(char c) => c is (>= 'a' and <= 'z') or (>= 'A' and <= 'Z') or '_';
}
