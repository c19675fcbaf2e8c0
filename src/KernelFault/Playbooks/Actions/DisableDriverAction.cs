using KernelFault.Drivers;
using KernelFault.Formats;
using KernelFault.Hosts;

namespace KernelFault.Playbooks.Actions;

/// <summary><c>disable-driver</c>: keeps Windows from starting a driver.</summary>
internal sealed class DisableDriverAction : PlaybookAction
{
    /// <inheritdoc/>
    public override PlaybookActionInfo Info { get; } = new()
    {
        Name = "disable-driver",
        Title = "Disable a driver",
        Description = "Sets the start of a driver's service to disabled, in the registry of a Windows that runs or of one that no longer starts (its hive is kept beside it first). Never a part of Windows itself; one that the start may need only with force. How it was started is kept on the machine for enable-driver.",
        Platform = PlaybookPlatform.Windows,
        WorksOffline = true,
        Inputs = [new("driver", PlaybookValueType.Text, "Name of the driver's service or file.") { Required = true }],
        Outputs =
        [
            new("service", PlaybookValueType.Text, "Name of the service."),
            new("previousStart", PlaybookValueType.Text, "How it was started before it was disabled: Boot, System, Automatic or Manual, for enable-driver; Disabled when somebody else had disabled it."),
            new("needsRestart", PlaybookValueType.Boolean, "Whether it may run until the next start."),
        ],
        Changes = true,
        Repeat = ActionRepeat.Safe,
        Idempotence = "A driver that is disabled stays so, and what is kept of it is how it was first.",
        DryRun = "Looks for the driver's service and shows what would be changed.",
    };

    /// <inheritdoc/>
    protected override HostPlan<ActionResult> Prepare(ActionContext context, HostFacts facts, CancellationToken cancellation)
    {
        string driver = context.Text("driver") ?? throw new PlaybookException("driver: a driver has to be named.");
        var registry = new HostRegistry(context.Host);
        DriverService? service = DriverService.Find(registry, driver, cancellation);
        HostGuard? stop = service is null ? new HostGuard("DriverNotFound", PrintableText.Clean($"There is no driver '{driver}' on this machine."), CanForce: false)
            : service.IsCore ? new HostGuard("MicrosoftDriver", PrintableText.Clean($"'{service.File}' is a part of Windows, which does not start without it."), CanForce: false)
            : null;
        if (service is null || stop is not null)
        {
            return Refuse(stop!);
        }

        IReadOnlyList<RegistryChange> changes = service.Disable();
        HostGuard?[] guards =
        [
            changes.Count > 0 && service.CriticalReason is { } reason
                ? new HostGuard("BootCriticalDriver", PrintableText.Clean($"'{service.File}' {reason}: Windows may not start without it."), CanForce: true)
                : null,
            changes.Count > 0 ? registry.Guard(changes, cancellation) : null,
        ];
        bool runs = context.Host.Kind != HostKind.OfflineWindows;
        return new HostPlan<ActionResult>((_, token) =>
        {
            var recorder = new HostStepRecorder(context.Host);
            registry.Apply(changes, recorder, token);
            bool restart = changes.Count > 0 && runs;
            return new ActionResult
            {
                Outputs = PlaybookValue.Map(("service", service.Name), ("previousStart", service.Start == DriverStartType.Disabled ? service.Kept ?? service.Start : service.Start), ("needsRestart", restart)),
                Summary = PrintableText.Clean(changes.Count == 0 ? $"{service.Name} is disabled already." : $"{service.Name} is not started any more."),
                Changed = changes.Count > 0,
                NeedsRestart = restart,
                Steps = recorder.Steps,
            };
        })
        {
            Steps = changes.Count == 0 ? [] : registry.Steps(changes),
            Guards = [.. guards.OfType<HostGuard>()],
            Warnings = changes.Count > 0 ? [PrintableText.Clean($"What belongs to {service.Name} stops working, and devices that need it with it.")] : [],
        };
    }
}
