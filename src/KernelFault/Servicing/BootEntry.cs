namespace KernelFault.Servicing;

/// <summary>An entry of the boot configuration as <c>bcdedit /v</c> prints it.</summary>
/// <param name="Id">Its identifier with braces.</param>
/// <param name="Values">Its elements by their names, which are the same in every language; several values have line feeds between.</param>
internal sealed record BootEntry(string Id, IReadOnlyDictionary<string, string> Values)
{
    /// <summary>An element; null when the entry has none of that name.</summary>
    internal string? Value(string name) => Values.TryGetValue(name, out string? value) ? value : null;

    /// <summary>
    /// Reads what bcdedit prints: blocks with a title and a line of dashes, both translated in width and words, then a line an
    /// element. The first element is the identifier, whose name alone is translated.
    /// </summary>
    /// <param name="text">The output.</param>
    internal static IReadOnlyList<BootEntry> Parse(string text)
    {
        var entries = new List<BootEntry>();
        Dictionary<string, string>? values = null;
        string? last = null;
        foreach (string line in text.Split('\n').Select(line => line.TrimEnd('\r', ' ')))
        {
            if (line.Length > 3 && line.Trim('-').Length == 0)
            {
                values = new Dictionary<string, string>(StringComparer.OrdinalIgnoreCase);
                last = null;
            }
            else if (line.Length == 0 || values is null)
            {
                values = null;
            }
            else if (line[0] == ' ' && last is not null)
            {
                values[last] += "\n" + line.Trim();
            }
            else
            {
                int end = line.IndexOf(' ');
                string value = end < 0 ? string.Empty : line.Substring(end).Trim();
                if (last is null)
                {
                    // Names of identifiers in other languages may hold blanks; the value is what is in braces.
                    int brace = line.LastIndexOf('{');
                    if (brace < 0 || entries.Count >= 1000)
                    {
                        values = null;
                        continue;
                    }

                    entries.Add(new BootEntry(line.Substring(brace).Trim(), values));
                    last = "identifier";
                    values[last] = line.Substring(brace).Trim();
                }
                else
                {
                    last = end < 0 ? line : line.Substring(0, end);
                    values[last] = value;
                }
            }
        }

        return entries;
    }
}
