using KernelFault.Drivers.Linux;
using KernelFault.Formats;
using KernelFault.Hosts;

namespace KernelFault.Playbooks.Actions;

/// <summary><c>unload-module</c>: takes a module out of the running kernel.</summary>
internal sealed class UnloadModuleAction : ModuleAction
{
    private const int MaximumListed = 20;

    /// <inheritdoc/>
    public override PlaybookActionInfo Info { get; } = new()
    {
        Name = "unload-module",
        Title = "Take a module out of the running kernel",
        Description = "Unloads a module by modprobe, with what only it needed; one that modprobe does not know, by rmmod. It comes back at the next start unless it is blacklisted.",
        Platform = PlaybookPlatform.Linux,
        Inputs = [NameInput],
        Outputs =
        [
            new ActionOutput("loaded", PlaybookValueType.Boolean, "Whether it is loaded."),
            new ActionOutput("wasLoaded", PlaybookValueType.Boolean, "Whether it was before."),
        ],
        Changes = true,
        Repeat = ActionRepeat.Safe,
        Idempotence = "A module that is not loaded is left so.",
        DryRun = "Looks what uses it, and asks modprobe what would be unloaded.",
    };

    /// <inheritdoc/>
    protected override HostPlan<ActionResult> Prepare(ActionContext context, HostFacts facts, CancellationToken cancellation)
    {
        string name = ModuleName(context);
        IHost host = context.Host;
        LinuxModuleState state = LinuxModuleState.Read(host, name, initramfs: false, cancellation);
        if (!state.IsLoaded && !state.IsBuiltIn)
        {
            return new HostPlan<ActionResult>((_, _) => Result(name, wasLoaded: false, isLoaded: false, []));
        }

        bool known = state.Path is not null;
        ProgramCall call = known ? new ProgramCall("modprobe", "-r", name) { Timeout = LoadTimeout } : new ProgramCall("rmmod", name) { Timeout = LoadTimeout };
        HostGuard? inUse = state.UseCount > 0
            ? new HostGuard("ModuleInUse", state.Users.Count > 0 ? $"{name} is in use by {string.Join(", ", state.Users)}. Unload them first." : $"{name} is in use {state.UseCount} times, by programs or devices. Stop them first, or blacklist it and restart.", CanForce: false)
            : null;
        HostGuard[] guards = [.. new[] { BuiltIn(state), inUse, Carrying(state) }.OfType<HostGuard>()];
        return new HostPlan<ActionResult>((_, token) => Execute(host, call, name, token))
        {
            Steps = ["Run " + HostStepRecorder.Text(call), .. guards.Length == 0 && known ? WouldUnload(host, name, cancellation) : []],
            Guards = guards,
        };
    }

    // -n does nothing, -v says what it would have done: a line 'rmmod NAME' each.
    private static string[] WouldUnload(IHost host, string name, CancellationToken cancellation)
    {
        ProgramResult said = host.Run(new ProgramCall("modprobe", "-n", "-v", "-r", name) { Timeout = LoadTimeout }, cancellation);
        return said.ExitCode != 0 ? [] :
        [
            .. ProgramText.Decode(said.Output).Split('\n').Where(line => line.StartsWith("rmmod ", StringComparison.Ordinal)).Take(MaximumListed)
                .Select(line => "Unload " + PrintableText.Clean(line.Substring("rmmod ".Length).Trim(), 64)),
        ];
    }

    private static ActionResult Execute(IHost host, ProgramCall call, string name, CancellationToken cancellation)
    {
        var recorder = new HostStepRecorder(host);
        recorder.RunOrThrow(call, cancellation);
        return Result(name, wasLoaded: true, LinuxModuleState.Read(host, name, initramfs: false, cancellation).IsLoaded, recorder.Steps);
    }

    private static ActionResult Result(string name, bool wasLoaded, bool isLoaded, IReadOnlyList<HostStep> steps) => new()
    {
        Outputs = PlaybookValue.Map(("loaded", isLoaded), ("wasLoaded", wasLoaded)),
        Summary = !wasLoaded ? $"{name} was not loaded." : isLoaded ? $"{name} is loaded still or again." : $"{name} was unloaded.",
        Failure = isLoaded ? $"{name} is loaded still, or was loaded again at once." : null,
        Changed = wasLoaded && !isLoaded,
        Steps = steps,
    };
}
