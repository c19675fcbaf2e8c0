using KernelFault.Drivers;
using KernelFault.Formats;
using KernelFault.Hosts;

namespace KernelFault.Playbooks.Actions;

/// <summary><c>enable-driver</c>: lets Windows start a driver again.</summary>
internal sealed class EnableDriverAction : PlaybookAction
{
    /// <inheritdoc/>
    public override PlaybookActionInfo Info { get; } = new()
    {
        Name = "enable-driver",
        Title = "Enable a driver",
        Description = "Sets the start of a driver's service back to what it was before disable-driver, or to what is given.",
        Platform = PlaybookPlatform.Windows,
        WorksOffline = true,
        Inputs =
        [
            new("driver", PlaybookValueType.Text, "Name of the driver's service or file.") { Required = true },
            new("start", PlaybookValueType.Text, "When it is started; how it was before disable-driver when absent.") { Allowed = Names<DriverStartType>() },
        ],
        Outputs =
        [
            new("service", PlaybookValueType.Text, "Name of the service."),
            new("start", PlaybookValueType.Text, "When it is started now."),
            new("needsRestart", PlaybookValueType.Boolean, "Whether it is started at the next start only."),
        ],
        Changes = true,
        Repeat = ActionRepeat.Safe,
        Idempotence = "A driver that is started so already is left as it is.",
        DryRun = "Looks for the driver's service and shows what would be changed.",
    };

    /// <inheritdoc/>
    protected override HostPlan<ActionResult> Prepare(ActionContext context, HostFacts facts, CancellationToken cancellation)
    {
        string driver = context.Text("driver") ?? throw new PlaybookException("driver: a driver has to be named.");
        DriverStartType? wanted = Word<DriverStartType>(context, "start");
        var registry = new HostRegistry(context.Host);
        DriverService? service = DriverService.Find(registry, driver, cancellation);
        DriverStartType? start = wanted ?? service?.Kept ?? service?.Start;
        HostGuard? stop = service is null ? new HostGuard("DriverNotFound", PrintableText.Clean($"There is no driver '{driver}' on this machine."), CanForce: false)
            : start is null || (start == DriverStartType.Disabled && wanted is null)
                ? new HostGuard("StartUnknown", PrintableText.Clean($"How {service.Name} was started before it was disabled is not known; give 'start'."), CanForce: false)
                : null;
        if (service is null || stop is not null || start is null)
        {
            return Refuse(stop!);
        }

        IReadOnlyList<RegistryChange> changes = service.Enable(start.Value);
        bool runs = context.Host.Kind != HostKind.OfflineWindows;
        return new HostPlan<ActionResult>((_, token) =>
        {
            var recorder = new HostStepRecorder(context.Host);
            registry.Apply(changes, recorder, token);
            bool restart = service.Start != start && runs;
            return new ActionResult
            {
                Outputs = PlaybookValue.Map(("service", service.Name), ("start", start), ("needsRestart", restart)),
                Summary = PrintableText.Clean($"{service.Name} starts: {start}."),
                Changed = changes.Count > 0,
                NeedsRestart = restart,
                Steps = recorder.Steps,
            };
        })
        {
            Steps = changes.Count == 0 ? [] : registry.Steps(changes),
            Guards = changes.Count > 0 && registry.Guard(changes, cancellation) is { } guard ? [guard] : [],
        };
    }
}
