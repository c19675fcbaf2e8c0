using System.Globalization;

namespace KernelFault.Drivers.Windows;

// Programs write dates as the machine's owner likes them: 6/21/2006, 21.06.2006, 2006/6/21, 22-Aug-13. One list is written in one way, so a day
// above 12 anywhere in it tells the order of all.

/// <summary>Reads the dates of one list, in whatever order its language has day and month.</summary>
internal sealed class LocalDates
{
    private enum Order
    {
        Unknown,
        DayFirst,
        MonthFirst,
    }

    private readonly Order _order;

    /// <summary>Learns the order.</summary>
    /// <param name="texts">All dates of the list; a time behind a date does not matter.</param>
    internal LocalDates(IEnumerable<string> texts)
    {
        bool dayFirst = false;
        bool monthFirst = false;
        foreach (string text in texts)
        {
            if (Numbers(text) is { } parts && parts[0] <= 31)
            {
                dayFirst |= parts[0] > 12 && parts[1] is > 0 and <= 12;
                monthFirst |= parts[1] > 12 && parts[0] is > 0 and <= 12;
            }
        }

        _order = dayFirst == monthFirst ? Order.Unknown : dayFirst ? Order.DayFirst : Order.MonthFirst;
    }

    /// <summary>A date of the list, UTC; null when it is none, or may mean two days.</summary>
    internal DateTime? Read(string? text)
    {
        if (text is null || Numbers(text) is not { } parts)
        {
            return null;
        }

        if (parts[0] > 31)
        {
            return Date(parts[0], parts[1], parts[2]);
        }

        if (parts[0] == parts[1])
        {
            return Date(parts[2], parts[0], parts[1]);
        }

        return _order switch
        {
            Order.DayFirst => Date(parts[2], parts[1], parts[0]),
            Order.MonthFirst => Date(parts[2], parts[0], parts[1]),
            _ => null,
        };
    }

    // Three numbers with the same sign between them; a year of two digits is left alone, for it may stand first.
    private static int[]? Numbers(string text)
    {
        string date = text.Trim().Split(' ')[0].TrimEnd('.', ',');
        string[] parts = date.Split('/', '.', '-');
        if (parts.Length != 3)
        {
            return null;
        }

        int[] numbers = new int[3];
        for (int i = 0; i < 3; i++)
        {
            if (!int.TryParse(parts[i], NumberStyles.None, CultureInfo.InvariantCulture, out numbers[i]))
            {
                return null;
            }
        }

        return parts[0].Length == 4 ^ parts[2].Length == 4 ? numbers : null;
    }

    // Thailand and others count years from elsewhere; no driver is from before 1985 or after 2200.
    private static DateTime? Date(int year, int month, int day) =>
        year is >= 1985 and <= 2200 && month is >= 1 and <= 12 && day >= 1 && day <= DateTime.DaysInMonth(year, month)
            ? new DateTime(year, month, day, 0, 0, 0, DateTimeKind.Utc)
            : null;
}
