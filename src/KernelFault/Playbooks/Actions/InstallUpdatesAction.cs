using KernelFault.Hosts;

namespace KernelFault.Playbooks.Actions;

/// <summary><c>install-updates</c>: the Windows Update agent, apt, dnf or zypper.</summary>
internal sealed class InstallUpdatesAction : PlaybookAction
{
    /// <inheritdoc/>
    public override PlaybookActionInfo Info { get; } = new()
    {
        Name = "install-updates",
        Title = "Install updates",
        Description = "Installs what Windows Update offers the machine, by its own agent; or what apt, dnf or zypper have. Nothing is removed and no release is upgraded to the next.",
        Platform = PlaybookPlatform.Any,
        Inputs =
        [
            new("kind", PlaybookValueType.Text, "Which: 'all' but drivers, only 'security' updates, or only 'drivers' (Windows).") { Allowed = ["all", "security", "drivers"], Default = "all" },
            new("packages", PlaybookValueType.TextList, "Only these: names of packages on Linux, numbers such as KB5031356 on Windows; all when absent."),
        ],
        Outputs =
        [
            new("installed", PlaybookValueType.TextList, "What was installed: titles on Windows, names with versions on Linux."),
            new("failed", PlaybookValueType.TextList, "Titles of updates that could not be installed; empty on Linux, where the step fails instead."),
            new("count", PlaybookValueType.Integer, "How many were installed."),
            new("needsRestart", PlaybookValueType.Boolean, "Whether a restart is needed."),
        ],
        Changes = true,
        Repeat = ActionRepeat.Safe,
        Idempotence = "What is installed is not offered again.",
        DryRun = "Windows: asks for updates and shows them. Linux: shows the commands; the lists of packages are fetched in a run only.",
    };

    /// <inheritdoc/>
    protected override HostPlan<ActionResult> Prepare(ActionContext context, HostFacts facts, CancellationToken cancellation)
    {
        string kind = context.Text("kind") ?? "all";
        return facts.Platform == HostPlatform.Windows
            ? new WindowsUpdates(context.Host).Plan(kind, context.Texts("packages"), context.Timeout, cancellation)
            : new LinuxUpdates(context.Host).Plan(kind, context.Texts("packages"), context.Timeout, cancellation);
    }
}
