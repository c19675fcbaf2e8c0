using System.Globalization;
using KernelFault.Formats;
using KernelFault.Hosts;

namespace KernelFault.Servicing;

// With /English these are the same in every Windows:
//   Deployment Image Servicing and Management tool / Version: 10.0.22621.1 / Image Version: 10.0.22621.1702
//   [==========================100.0%==========================] The component store is repairable.
//   The operation completed successfully.
// A check of the marker (/CheckHealth) is logged nowhere, so one of three fixed sentences is all it leaves of its answer; what is none
// of them is asked for once more as a number, see ComponentStoreHealth.

/// <summary>What DISM wrote.</summary>
/// <param name="Health">What one of the fixed sentences says of the store; null when there is none.</param>
/// <param name="Message">What it said at last; empty when nothing.</param>
internal sealed record ComponentStoreOutput(RepairStatus? Health, string Message)
{
    private const string Sound = "No component store corruption detected.";
    private const string Repairable = "The component store is repairable.";
    private const string NotRepairable = "The component store cannot be repaired.";
    private const string Header = "Image Version";

    /// <summary>Reads an output.</summary>
    /// <param name="output">The bytes.</param>
    /// <param name="codePage">The machine's code page; null when unknown.</param>
    internal static ComponentStoreOutput Read(byte[] output, int? codePage)
    {
        string text = ProgramText.Decode(output, codePage?.ToString(CultureInfo.InvariantCulture));
        var message = new List<string>();
        foreach (string line in text.Split('\r', '\n'))
        {
            // The bar stands before what follows it.
            int bar = line.LastIndexOf(']');
            string said = (line.TrimStart().StartsWith("[", StringComparison.Ordinal) && bar >= 0 ? line.Substring(bar + 1) : line).Trim();
            if (said.StartsWith(Header, StringComparison.Ordinal))
            {
                message.Clear();
            }
            else if (said.Length > 0)
            {
                message.Add(said);
            }
        }

        RepairStatus? health = message.Contains(NotRepairable) ? RepairStatus.NotRepairable
            : message.Contains(Repairable) ? RepairStatus.Damaged
            : message.Contains(Sound) ? RepairStatus.Healthy
            : null;
        return new ComponentStoreOutput(health, PrintableText.Clean(string.Join(" ", message)));
    }
}
