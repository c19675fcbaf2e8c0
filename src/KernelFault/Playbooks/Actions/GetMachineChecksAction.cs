using System.Globalization;
using System.Text;
using System.Text.RegularExpressions;
using KernelFault.Hosts;

namespace KernelFault.Playbooks.Actions;

// Windows writes what the hardware reports (WHEA) to the log System as WHEA-Logger: what was corrected as a warning, anything else as an
// error. Linux counts errors of memory since the start in EDAC and writes machine checks to the kernel's log.

/// <summary><c>get-machine-checks</c>: says which errors the hardware reported.</summary>
internal sealed class GetMachineChecksAction : PlaybookAction
{
    private const long Maximum = 1000;

    private static readonly Regex s_line = new(@"\bmce:|machine check|\[Hardware Error\]|\bEDAC [^ ]+: .*\b(CE|UE)\b", RegexOptions.IgnoreCase | RegexOptions.CultureInvariant, TimeSpan.FromSeconds(1));

    // "Uncorrected, software containable error", "Uncorrected error, no action required", "UE memory read error"; a line that begins a record
    // ("Machine check events logged") is of neither kind.
    private static readonly Regex s_uncorrected = new(@"\buncorrected\b|\buncorrectable\b|\bfatal\b|\bUE\b|panic", RegexOptions.IgnoreCase | RegexOptions.CultureInvariant, TimeSpan.FromSeconds(1));
    private static readonly Regex s_corrected = new(@"\bcorrected\b|\bcorrectable\b|\bCE\b|deferred", RegexOptions.IgnoreCase | RegexOptions.CultureInvariant, TimeSpan.FromSeconds(1));

    /// <inheritdoc/>
    public override PlaybookActionInfo Info { get; } = new()
    {
        Name = "get-machine-checks",
        Title = "See which errors the hardware reported",
        Description = "Reads what processor, memory and buses reported: the events of WHEA on Windows; the counters of EDAC and the kernel's lines about machine checks on Linux.",
        Platform = PlaybookPlatform.Any,
        Inputs = [new("sinceHours", PlaybookValueType.Number, "Only entries of the last hours; the counters of EDAC are those since the start.") { Default = 720.0, Minimum = 0 }],
        Outputs =
        [
            new("events", PlaybookValueType.List, "The entries, the newest first, each with " + MachineEvent.Fields + "."),
            new("correctedCount", PlaybookValueType.Integer, "Errors that were corrected; on Linux the greater of counters and lines. Null when neither can be read."),
            new("uncorrectedCount", PlaybookValueType.Integer, "Errors that could not be corrected; counted the same way."),
        ],
        Changes = false,
        Repeat = ActionRepeat.Safe,
        Idempotence = "It only looks.",
        DryRun = "Nothing is done. A check reads log and counters.",
    };

    /// <inheritdoc/>
    protected override HostPlan<ActionResult> Prepare(ActionContext context, HostFacts facts, CancellationToken cancellation) =>
        Look(token => facts.Platform == HostPlatform.Windows ? Windows(context, token) : Linux(context, token));

    private static ActionResult Windows(ActionContext context, CancellationToken cancellation)
    {
        IReadOnlyList<MachineEvent> events = new MachineEvents(context.Host).ReadWindows("System", ["Microsoft-Windows-WHEA-Logger"], [], context.Number("sinceHours"), Maximum, cancellation);
        return Result(events, events.Count(one => one.Level == "Warning"), events.Count(one => one.Level is "Error" or "Critical"), []);
    }

    private static ActionResult Linux(ActionContext context, CancellationToken cancellation)
    {
        var warnings = new List<string>();
        (long Corrected, long Uncorrected)? counters = Counters(context.Host, cancellation);
        IReadOnlyList<MachineEvent>? events = null;
        try
        {
            events = [.. new MachineEvents(context.Host).ReadLinux(null, [], context.Number("sinceHours"), 100000, cancellation).Where(one => s_line.IsMatch(one.Text)).Take((int)Maximum)];
        }
        catch (HostException e) when (e.Kind is HostErrorKind.NotFound or HostErrorKind.Failed or HostErrorKind.TooLarge or HostErrorKind.AccessDenied)
        {
            warnings.Add("The kernel's log cannot be read: " + e.Message);
        }

        if (counters is null)
        {
            warnings.Add("This machine does not count errors of memory: no driver of EDAC is loaded, or the memory has no ECC.");
        }

        long? corrected = events?.Count(one => !s_uncorrected.IsMatch(one.Text) && s_corrected.IsMatch(one.Text));
        long? uncorrected = events?.Count(one => s_uncorrected.IsMatch(one.Text));
        return Result(events ?? [], Greater(corrected, counters?.Corrected), Greater(uncorrected, counters?.Uncorrected), warnings);
    }

    private static (long Corrected, long Uncorrected)? Counters(IHost host, CancellationToken cancellation)
    {
        (long Corrected, long Uncorrected)? sum = null;
        ProgramResult result = host.Run(new ProgramCall("/bin/sh", "-s", "edac-counters") { Input = Encoding.UTF8.GetBytes(HostScript.Read("Playbooks.edac-counters.sh")) }, cancellation);
        foreach (string line in ProgramText.Decode(result.Output).Split('\n'))
        {
            string[] parts = line.Split('\t');
            if (parts.Length == 3
                && long.TryParse(parts[1], NumberStyles.None, CultureInfo.InvariantCulture, out long corrected)
                && long.TryParse(parts[2], NumberStyles.None, CultureInfo.InvariantCulture, out long uncorrected))
            {
                sum = ((sum?.Corrected ?? 0) + corrected, (sum?.Uncorrected ?? 0) + uncorrected);
            }
        }

        return sum;
    }

    private static long? Greater(long? x, long? y) => x is null ? y : y is null ? x : Math.Max(x.Value, y.Value);

    private static ActionResult Result(IReadOnlyList<MachineEvent> events, long? corrected, long? uncorrected, IReadOnlyList<string> warnings) => new()
    {
        Outputs = PlaybookValue.Map(("events", events.Select(one => one.Value())), ("correctedCount", corrected), ("uncorrectedCount", uncorrected)),
        Summary = corrected is null && uncorrected is null ? "Whether the hardware reported errors cannot be told."
            : FormattableString.Invariant($"The hardware reported {uncorrected ?? 0} errors that could not be corrected and {corrected ?? 0} that were."),
        Warnings = warnings,
    };
}
