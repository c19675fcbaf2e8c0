using KernelFault.Drivers.Linux;
using KernelFault.Hosts;

namespace KernelFault.Playbooks.Actions;

/// <summary><c>get-module-state</c>: how a module stands.</summary>
internal sealed class GetModuleStateAction : ModuleAction
{
    /// <inheritdoc/>
    public override PlaybookActionInfo Info { get; } = new()
    {
        Name = "get-module-state",
        Title = "Say how a module of the kernel stands",
        Description = "Says whether a module is loaded, whether modprobe may load it, what uses it, and whether the initramfs holds it.",
        Platform = PlaybookPlatform.Linux,
        Inputs = [NameInput],
        Outputs =
        [
            new ActionOutput("loaded", PlaybookValueType.Boolean, "Whether it is loaded."),
            new ActionOutput("available", PlaybookValueType.Boolean, "Whether modprobe finds it, or the kernel has it built in."),
            new ActionOutput("builtIn", PlaybookValueType.Boolean, "Whether it is part of the kernel's image."),
            new ActionOutput("blacklisted", PlaybookValueType.Boolean, "Whether modprobe's configuration or the kernel's command line keeps it out."),
            new ActionOutput("blacklistedBy", PlaybookValueType.TextList, "The files that do."),
            new ActionOutput("inInitramfs", PlaybookValueType.Boolean, "Whether the initramfs of the running kernel holds it; null when that cannot be told."),
            new ActionOutput("loadedAtBoot", PlaybookValueType.TextList, "The files that have it loaded at each start."),
            new ActionOutput("users", PlaybookValueType.TextList, "The loaded modules that use it."),
            new ActionOutput("dependents", PlaybookValueType.TextList, "The modules that need it, loaded or not; 20 at most."),
            new ActionOutput("version", PlaybookValueType.Text, "The version in its file; null when there is none."),
            new ActionOutput("path", PlaybookValueType.Text, "Its file; null when there is none."),
        ],
        Changes = false,
        Repeat = ActionRepeat.Safe,
        Idempotence = "It only looks.",
        DryRun = "Nothing: it looks when the step runs.",
    };

    /// <inheritdoc/>
    protected override HostPlan<ActionResult> Prepare(ActionContext context, HostFacts facts, CancellationToken cancellation)
    {
        string name = ModuleName(context);
        IHost host = context.Host;
        return Look(token => Result(LinuxModuleState.Read(host, name, initramfs: true, token)));
    }

    private static ActionResult Result(LinuxModuleState state) => new()
    {
        Outputs = PlaybookValue.Map(
            ("loaded", state.IsLoaded),
            ("available", state.IsBuiltIn || state.Path is not null),
            ("builtIn", state.IsBuiltIn),
            ("blacklisted", state.IsBlacklisted),
            ("blacklistedBy", state.ConfigurationFiles),
            ("inInitramfs", state.IsInInitramfs),
            ("loadedAtBoot", state.BootFiles),
            ("users", state.Users),
            ("dependents", state.Dependents),
            ("version", state.Version),
            ("path", state.Path)),
        Summary = state.IsBuiltIn ? $"{state.Name} is built into the kernel."
            : $"{state.Name} is {(state.IsLoaded ? "loaded" : "not loaded")}{(state.IsBlacklisted ? " and blacklisted" : string.Empty)}{(state.Path is null ? ", and modprobe knows no such module" : string.Empty)}.",
    };
}
