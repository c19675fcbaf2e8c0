using System.Globalization;
using KernelFault.Formats;

namespace KernelFault.Servicing;

// A check ends with a list and a summary in CBS.log, English in every Windows:
//   (p)<tab>CSI Payload Corrupt<tab>(w)<tab>(Fixed)<tab>COMPONENT\FILE
//   Summary: / Operation: Detect and Repair / Operation result: 0x0 / Total Detected Corruption:<tab>9 /
//   <tab>CSI Payload Corruption:<tab>9 / Total Repaired Corruption:<tab>9 / Total Operation Time: 282 seconds.

/// <summary>Reads what checks of the component store wrote into CBS.log.</summary>
internal static class ComponentStoreCheckReader
{
    private const int MaximumChecks = 1_000;
    private const int MaximumProblems = 10_000;

    /// <summary>Reads the checks of a log.</summary>
    /// <param name="lines">The log, the oldest line first.</param>
    /// <param name="since">Lines from before are another run's; in the machine's local time. Null for all.</param>
    /// <returns>The checks, the oldest first.</returns>
    internal static IReadOnlyList<ComponentStoreCheck> Read(IEnumerable<ServicingLogLine> lines, DateTime? since)
    {
        var checks = new List<ComponentStoreCheck>();
        var problems = new List<ComponentStoreProblem>();
        ComponentStoreCheck? open = null;
        foreach (ServicingLogLine line in lines)
        {
            if (line.Time is not { } time || time < since)
            {
                continue;
            }

            string text = line.Text.Trim();
            if (text.StartsWith("(p)\t", StringComparison.Ordinal))
            {
                if (problems.Count < MaximumProblems && Problem(text) is { } problem)
                {
                    problems.Add(problem);
                }
            }
            else if (After(text, "Operation: ") is { } operation)
            {
                open = new ComponentStoreCheck
                {
                    Time = time, Operation = PrintableText.Clean(operation.Trim()), Result = null, DetectedCount = 0, RepairedCount = 0,
                    Problems = problems.ToArray(), Seconds = null,
                };
                problems.Clear();
            }
            else if (open is not null)
            {
                open = With(open, text);
                if (open.Seconds is not null && checks.Count < MaximumChecks)
                {
                    checks.Add(open);
                    open = null;
                }
            }
        }

        return checks;
    }

    private static ComponentStoreCheck With(ComponentStoreCheck check, string text)
    {
        if (After(text, "Operation result: 0x") is { } result)
        {
            return uint.TryParse(result.Trim(), NumberStyles.HexNumber, CultureInfo.InvariantCulture, out uint code) ? check with { Result = code } : check;
        }

        if (After(text, "Total Detected Corruption:") is { } detected)
        {
            return check with { DetectedCount = Number(detected) };
        }

        if (After(text, "Total Repaired Corruption:") is { } repaired)
        {
            return check with { RepairedCount = Number(repaired) };
        }

        return After(text, "Total Operation Time: ") is { } seconds ? check with { Seconds = Number(seconds.Split(' ')[0]) } : check;
    }

    // Tabs divide: mark, kind, mark, "(Fixed)" or nothing, component and file.
    private static ComponentStoreProblem? Problem(string text)
    {
        string[] parts = text.Split('\t');
        if (parts.Length < 3)
        {
            return null;
        }

        string name = PrintableText.Clean(parts[parts.Length - 1]);
        int slash = name.IndexOf('\\');
        bool isRepaired = Array.IndexOf(parts, "(Fixed)") >= 0;
        return new ComponentStoreProblem(
            PrintableText.Clean(parts[1]), isRepaired, slash < 0 ? name : name.Substring(0, slash), slash < 0 ? null : name.Substring(slash + 1));
    }

    private static long Number(string text) =>
        long.TryParse(text.Trim(), NumberStyles.None, CultureInfo.InvariantCulture, out long number) ? number : 0;

    private static string? After(string text, string start) => text.StartsWith(start, StringComparison.Ordinal) ? text.Substring(start.Length) : null;
}
