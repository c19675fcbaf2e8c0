namespace KernelFault.Playbooks.Running;

/// <summary>The secrets of a machine's part of a run: takes their values out of everything that is written.</summary>
internal sealed class RunSecrets
{
    /// <summary>What stands in the place of a secret.</summary>
    internal const string Mask = "***";

    // A shorter number is in too much that is none.
    private const int MinimumDigits = 4;

    // The longest first: one that holds another must not leave its rest.
    private readonly (string Name, string Text)[] _texts;

    /// <summary>A set of secrets.</summary>
    /// <param name="secrets">Names with values.</param>
    internal RunSecrets(IEnumerable<KeyValuePair<string, object?>> secrets) =>
        _texts = [.. secrets.SelectMany(secret => Leaves(secret.Value).Select((text, i) => (Name: i == 0 ? secret.Key : secret.Key + "/" + PlaybookValue.Text((long)i), Text: text))).OrderByDescending(secret => secret.Text.Length)];

    /// <summary>Takes secrets out of a text.</summary>
    internal string Text(string text) => Replace(text, static _ => Mask);

    /// <summary>Takes secrets out of texts.</summary>
    internal IReadOnlyList<string> Texts(IReadOnlyList<string> texts) => _texts.Length == 0 ? texts : [.. texts.Select(Text)];

    /// <summary>Takes secrets out of all texts of a value.</summary>
    internal object? Value(object? value) => _texts.Length == 0 ? value : Replace(value, static _ => Mask);

    /// <summary>Takes secrets out of names with values.</summary>
    internal IReadOnlyDictionary<string, object?> Map(IReadOnlyDictionary<string, object?> map) => (IReadOnlyDictionary<string, object?>)Value(map)!;

    /// <summary>Puts a mark that names the secret in its place, for what must be put together again.</summary>
    /// <param name="map">Names with values.</param>
    /// <param name="nonce">Random letters that no machine knows.</param>
    internal IReadOnlyDictionary<string, object?> Marked(IReadOnlyDictionary<string, object?> map, string nonce) =>
        _texts.Length == 0 ? map : (IReadOnlyDictionary<string, object?>)Replace(map, name => Mark(name, nonce))!;

    /// <summary>Puts secrets into the places of their marks.</summary>
    /// <param name="map">Names with values.</param>
    /// <param name="nonce">The letters of the marks.</param>
    /// <exception cref="PlaybookException">A secret is not at hand.</exception>
    internal IReadOnlyDictionary<string, object?> Unmarked(IReadOnlyDictionary<string, object?> map, string nonce)
    {
        object? Put(object? value) => value switch
        {
            string text when text.Contains(nonce) => PutText(text),
            IReadOnlyDictionary<string, object?> inner => PlaybookValue.Map([.. inner.Select(pair => (pair.Key, Put(pair.Value)))]),
            IReadOnlyList<object?> list => (object?[])[.. list.Select(Put)],
            _ => value,
        };

        string PutText(string text)
        {
            foreach ((string name, string secret) in _texts)
            {
                text = text.Replace(Mark(name, nonce), secret);
            }

            return !text.Contains(nonce) ? text : throw new PlaybookException("What takes the step back holds a secret that was not given again.");
        }

        return (IReadOnlyDictionary<string, object?>)Put(map)!;
    }

    /// <summary>Whether something that was written lacks a secret.</summary>
    internal static bool IsMasked(object? value) => value switch
    {
        string text => text.Contains(Mask),
        IReadOnlyDictionary<string, object?> map => map.Values.Any(IsMasked),
        IReadOnlyList<object?> list => list.Any(IsMasked),
        _ => false,
    };

    private static string Mark(string name, string nonce) => Mask + nonce + ":" + name + Mask;

    private static IEnumerable<string> Leaves(object? value) => value switch
    {
        string text when text.Length > 0 => [text],
        long or double when PlaybookValue.Text(value).Length >= MinimumDigits => [PlaybookValue.Text(value)],
        IReadOnlyDictionary<string, object?> map => map.Values.SelectMany(Leaves),
        IReadOnlyList<object?> list => list.SelectMany(Leaves),
        _ => [],
    };

    private object? Replace(object? value, Func<string, string> mask)
    {
        switch (value)
        {
            case string text:
                return Replace(text, mask);
            case long or double:
                string digits = PlaybookValue.Text(value);
                string without = Replace(digits, mask);
                return ReferenceEquals(digits, without) ? value : without;
            case IReadOnlyDictionary<string, object?> map:
                return PlaybookValue.Map([.. map.Select(pair => (Replace(pair.Key, mask), Replace(pair.Value, mask)))]);
            case IReadOnlyList<object?> list:
                return (object?[])[.. list.Select(element => Replace(element, mask))];
            default:
                return value;
        }
    }

    private string Replace(string text, Func<string, string> mask)
    {
        foreach ((string name, string secret) in _texts)
        {
            if (text.Contains(secret))
            {
                text = text.Replace(secret, mask(name));
            }
        }

        return text;
    }
}
