using System.Collections;
using System.Globalization;
using System.Text.Json;

namespace KernelFault.Playbooks;

/// <summary>
/// What a value of a playbook is: null, <see cref="bool"/>, <see cref="long"/>, <see cref="double"/>, <see cref="string"/>, a
/// read-only list of values or a read-only dictionary of values by name (compared without regard to case). Nothing else: what
/// actions give and what people pass becomes this first, so that a journal reads back what was written to it.
/// </summary>
public static class PlaybookValue
{
    private const int MaximumDepth = 64;

    /// <summary>Makes a value of anything that a door or an action has.</summary>
    /// <param name="value">A scalar, an enumeration (its name), a time (ISO 8601, UTC), a dictionary, a sequence.</param>
    /// <returns>The value.</returns>
    /// <exception cref="ArgumentException">It is of another kind, or nested more than 64 deep.</exception>
    public static object? From(object? value) => From(value, 0);

    /// <summary>Names with values, compared without regard to case.</summary>
    /// <param name="pairs">Names and what <see cref="From(object?)"/> makes values of. The last of two of one name counts.</param>
    /// <returns>A value.</returns>
    public static IReadOnlyDictionary<string, object?> Map(params (string Name, object? Value)[] pairs)
    {
        var map = new Dictionary<string, object?>(StringComparer.OrdinalIgnoreCase);
        foreach ((string name, object? value) in pairs ?? throw new ArgumentNullException(nameof(pairs)))
        {
            map[name] = From(value);
        }

        return map;
    }

    /// <summary>A value as a text: numbers and booleans as JSON has them, a list or map as JSON, null as an empty text.</summary>
    /// <param name="value">The value.</param>
    /// <returns>The text.</returns>
    public static string Text(object? value) => value switch
    {
        null => string.Empty,
        string text => text,
        bool flag => flag ? "true" : "false",
        long number => number.ToString(CultureInfo.InvariantCulture),
        double number => number.ToString("R", CultureInfo.InvariantCulture),
        _ => JsonSerializer.Serialize(value),
    };

    /// <summary>Reads JSON.</summary>
    /// <param name="element">The JSON.</param>
    /// <returns>The value.</returns>
    public static object? FromJson(JsonElement element) => element.ValueKind switch
    {
        JsonValueKind.Null or JsonValueKind.Undefined => null,
        JsonValueKind.True => true,
        JsonValueKind.False => false,
        JsonValueKind.String => element.GetString(),
        JsonValueKind.Number => element.TryGetInt64(out long number) ? (object)number : element.GetDouble(),
        JsonValueKind.Array => (object?[])[.. element.EnumerateArray().Select(FromJson)],
        _ => Map([.. element.EnumerateObject().Select(property => (property.Name, FromJson(property.Value)))]),
    };

    /// <summary>Whether two values are the same: texts without regard to case, numbers by what they count.</summary>
    /// <param name="left">One.</param>
    /// <param name="right">The other.</param>
    /// <returns>Whether they are.</returns>
    public static bool AreEqual(object? left, object? right) => (left, right) switch
    {
        (null, null) => true,
        (string a, string b) => string.Equals(a, b, StringComparison.OrdinalIgnoreCase),
        (bool a, bool b) => a == b,
        (long a, long b) => a == b,
        (long or double, long or double) => Number(left) == Number(right),
        (IReadOnlyList<object?> a, IReadOnlyList<object?> b) => a.Count == b.Count && a.Zip(b, AreEqual).All(same => same),
        (IReadOnlyDictionary<string, object?> a, IReadOnlyDictionary<string, object?> b) => a.Count == b.Count && a.All(pair => b.TryGetValue(pair.Key, out object? other) && AreEqual(pair.Value, other)),
        _ => false,
    };

    /// <summary>Compares numbers, or times in ISO 8601.</summary>
    /// <param name="left">One.</param>
    /// <param name="right">The other.</param>
    /// <returns>Less than, equal to or greater than 0.</returns>
    /// <exception cref="PlaybookException">They are no two numbers and no two times.</exception>
    internal static int Compare(object? left, object? right)
    {
        if (left is long or double && right is long or double)
        {
            return left is long a && right is long b ? a.CompareTo(b) : Number(left).CompareTo(Number(right));
        }

        if (left is string first && right is string second
            && DateTime.TryParse(first, CultureInfo.InvariantCulture, DateTimeStyles.AdjustToUniversal | DateTimeStyles.AssumeUniversal, out DateTime earlier)
            && DateTime.TryParse(second, CultureInfo.InvariantCulture, DateTimeStyles.AdjustToUniversal | DateTimeStyles.AssumeUniversal, out DateTime later))
        {
            return earlier.CompareTo(later);
        }

        throw new PlaybookException($"'{Text(left)}' and '{Text(right)}' cannot be compared: two numbers or two times (2026-11-21T08:00:00Z) can.");
    }

    private static double Number(object? value) => value is long whole ? whole : (double)value!;

    private static object? From(object? value, int depth)
    {
        if (depth > MaximumDepth)
        {
            throw new ArgumentException($"A value is nested more than {MaximumDepth} deep.", nameof(value));
        }

        switch (value)
        {
            case null or bool or long or double or string:
                return value;
            case Enum or Guid or Uri or Version:
                return value.ToString();
            case DateTime time:
                return time.ToUniversalTime().ToString("o", CultureInfo.InvariantCulture);
            case DateTimeOffset time:
                return time.UtcDateTime.ToString("o", CultureInfo.InvariantCulture);
            case TimeSpan time:
                return time.TotalSeconds;
            case char letter:
                return letter.ToString();
            case float or decimal:
                return Convert.ToDouble(value, CultureInfo.InvariantCulture);
            case ulong number when number > long.MaxValue:
                return (double)number;
            case IConvertible:
                return Convert.ToInt64(value, CultureInfo.InvariantCulture);
            case JsonElement element:
                return FromJson(element);
            case IDictionary dictionary:
            {
                var map = new Dictionary<string, object?>(StringComparer.OrdinalIgnoreCase);
                foreach (DictionaryEntry entry in dictionary)
                {
                    map[Text(From(entry.Key, depth + 1))] = From(entry.Value, depth + 1);
                }

                return map;
            }

            case IEnumerable<KeyValuePair<string, object?>> pairs:
                return Map([.. pairs.Select(pair => (pair.Key, From(pair.Value, depth + 1)))]);
            case IEnumerable sequence:
                return (object?[])[.. sequence.Cast<object?>().Select(element => From(element, depth + 1))];
            default:
                throw new ArgumentException($"A value of type {value.GetType().Name} has no place in a playbook.", nameof(value));
        }
    }
}
