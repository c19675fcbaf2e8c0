using System.Globalization;
using KernelFault.Hosts;

namespace KernelFault.Playbooks.Running;

/// <summary>Says that a machine's clock differs so much that a person would wonder at its times.</summary>
internal static class ClockWarning
{
    // Seconds. What is less is of no concern to people, and a machine's services bear it.
    private const double Bearable = 60;

    /// <summary>The warning.</summary>
    /// <param name="facts">The machine.</param>
    /// <returns>One line; null when its clock is right, or not known.</returns>
    internal static string? Of(HostFacts facts) => facts.ClockAheadSeconds is { } seconds && Math.Abs(seconds) > Bearable
        ? $"Its clock is {Text(Math.Abs(seconds))} {(seconds > 0 ? "ahead of" : "behind")} that of the machine the run is on. What happened there is compared with that in mind; its own times, such as those of its files and events, are shown as it tells them."
        : null;

    private static string Text(double seconds)
    {
        const double Minute = 60;
        const double Hour = 60 * Minute;
        const double Day = 24 * Hour;
        return seconds < 2 * Hour ? Number(seconds / Minute) + " min" : seconds < 2 * Day ? Number(seconds / Hour) + " h" : Number(seconds / Day) + " days";
    }

    private static string Number(double value) => value.ToString("0.#", CultureInfo.InvariantCulture);
}
