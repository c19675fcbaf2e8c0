using System.Diagnostics;

namespace KernelFault.Hosts;

/// <summary>From when to when a machine was asked, UTC by the clock of this one: what the machine's own clock is compared with.</summary>
/// <param name="Before">Just before it was asked.</param>
/// <param name="After">Just after it had answered.</param>
internal readonly record struct AskingTime(DateTime Before, DateTime After)
{
    /// <summary>Asks, and keeps the time.</summary>
    /// <typeparam name="T">What the machine answers.</typeparam>
    /// <param name="ask">Asks.</param>
    /// <param name="time">When that was.</param>
    /// <returns>The answer.</returns>
    internal static T Of<T>(Func<T> ask, out AskingTime time)
    {
        // A clock that is set meanwhile must not look like one that differs.
        DateTime before = DateTime.UtcNow;
        var clock = Stopwatch.StartNew();
        T answer = ask();
        time = new AskingTime(before, before + clock.Elapsed);
        return answer;
    }

    /// <summary>
    /// How far the machine's clock is ahead. The machine says the time twice, first and last of all: what lies between was spent there,
    /// and only the way there and back is unsure. Of that the middle is taken.
    /// </summary>
    /// <param name="first">The machine's time when it began to answer; null when it did not say.</param>
    /// <param name="last">Its time when it was done.</param>
    /// <param name="step">In what steps it tells the time: the digits that are missing.</param>
    /// <returns>Seconds, negative when it is behind; 0 for no more than the call took, which cannot be told from none; null when it is not known.</returns>
    internal double? Ahead(DateTime? first, DateTime? last, TimeSpan step)
    {
        if (first is null || last is null)
        {
            return null;
        }

        double most = (first.Value - Before + step).TotalSeconds;
        double least = (last.Value - After).TotalSeconds;
        double ahead = (least + most) / 2;
        return Math.Abs(ahead) <= (After - Before + step).TotalSeconds ? 0 : Math.Round(ahead, 3);
    }
}
