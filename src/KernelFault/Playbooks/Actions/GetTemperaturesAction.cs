using System.Globalization;
using System.Text;
using KernelFault.Formats;
using KernelFault.Hosts;

namespace KernelFault.Playbooks.Actions;

/// <summary><c>get-temperatures</c>: says how warm the machine is.</summary>
internal sealed class GetTemperaturesAction : PlaybookAction
{
    private const int MaximumSensors = 1000;

    // Sensors that are not connected tell 0, -273, 127 or 255.
    private const double Coldest = -40;
    private const double Warmest = 126;

    /// <inheritdoc/>
    public override PlaybookActionInfo Info { get; } = new()
    {
        Name = "get-temperatures",
        Title = "Read the temperatures",
        Description = "Reads the temperatures that the machine tells its system: thermal zones of the firmware on Windows, sensors of the kernel on Linux. Many machines, and virtual ones nearly always, tell none.",
        Platform = PlaybookPlatform.Any,
        Outputs =
        [
            new("sensors", PlaybookValueType.List, "The sensors, the warmest first, each with name and celsius."),
            new("highest", PlaybookValueType.Number, "The highest temperature, in degrees Celsius; null when the machine tells none."),
        ],
        Changes = false,
        Repeat = ActionRepeat.Safe,
        Idempotence = "It only looks.",
        DryRun = "Nothing is done. A check reads the sensors.",
    };

    /// <inheritdoc/>
    protected override HostPlan<ActionResult> Prepare(ActionContext context, HostFacts facts, CancellationToken cancellation) => Look(token =>
    {
        (string Name, double Celsius)[] sensors =
        [
            .. (facts.Platform == HostPlatform.Windows
                ? Read(context.Host.RunScript(new ScriptCall("temperatures", HostScript.Read("Playbooks.temperatures.ps1")), token).Output, number => (number / 10) - 273.15)
                : Read(ProgramText.Decode(context.Host.Run(new ProgramCall("/bin/sh", "-s", "temperatures") { Input = Encoding.UTF8.GetBytes(HostScript.Read("Playbooks.temperatures.sh")) }, token).Output), number => number / 1000))
                .OrderByDescending(sensor => sensor.Celsius),
        ];
        return new ActionResult
        {
            Outputs = PlaybookValue.Map(
                ("sensors", sensors.Select(sensor => PlaybookValue.Map(("name", sensor.Name), ("celsius", sensor.Celsius)))),
                ("highest", sensors.Length == 0 ? null : sensors[0].Celsius)),
            Summary = sensors.Length == 0 ? "The machine tells no temperature." : string.Format(CultureInfo.InvariantCulture, "{0:0.#} °C at most ({1}).", sensors[0].Celsius, sensors[0].Name),
        };
    });

    private static IEnumerable<(string Name, double Celsius)> Read(string text, Func<double, double> celsius)
    {
        foreach (string line in text.Split('\n').Take(MaximumSensors))
        {
            string[] parts = line.TrimEnd('\r').Split('\t');
            if (parts.Length == 2 && long.TryParse(parts[1], NumberStyles.AllowLeadingSign, CultureInfo.InvariantCulture, out long number))
            {
                double degrees = Math.Round(celsius(number), 1);
                if (number != 0 && degrees is > Coldest and < Warmest)
                {
                    yield return (PrintableText.Clean(parts[0]), degrees);
                }
            }
        }
    }
}
