using KernelFault.Hosts;
using KernelFault.Verification;

namespace KernelFault.Playbooks.Actions;

/// <summary><c>set-kernel-option</c>: options by which the Linux kernel watches itself.</summary>
internal sealed class SetKernelOptionAction : PlaybookAction
{
    /// <inheritdoc/>
    public override PlaybookActionInfo Info { get; } = new()
    {
        Name = "set-kernel-option",
        Title = "Set options by which the kernel watches itself",
        Description = "Sets options of a Linux kernel that catch faults (panic_on_oops, slub_debug, kfence and others; Get-KernelDebugOption lists them), now and for the next start, or takes them back to how they were before this library changed them.",
        Platform = PlaybookPlatform.Linux,
        Inputs =
        [
            new ActionInput("options", PlaybookValueType.Map, "Names of options and their values. With 'restore', the names count; absent for all."),
            new ActionInput("scope", PlaybookValueType.Text, "For when: 'now' until the next start, 'boot' from the next start on, or both.") { Allowed = ["now", "boot", "both"], Default = "both" },
            new ActionInput("restore", PlaybookValueType.Boolean, "Takes them back to how they were.") { Default = false },
        ],
        Outputs =
        [
            new ActionOutput("before", PlaybookValueType.Map, "By name, 'value' now and 'nextBootValue', as they were; null for what is not set."),
            new ActionOutput("after", PlaybookValueType.Map, "The same afterwards."),
            new ActionOutput("needsRestart", PlaybookValueType.Boolean, "Whether a restart has to make it true."),
        ],
        Changes = true,
        Repeat = ActionRepeat.Safe,
        Idempotence = "Options that are as wanted are left so; how it was is written down on the machine once, before the first change.",
        DryRun = "Reads the options and shows the files that would be written and the programs that would be run.",
    };

    /// <inheritdoc/>
    protected override HostPlan<ActionResult> Prepare(ActionContext context, HostFacts facts, CancellationToken cancellation)
    {
        IHost host = context.Host;
        (string[] names, KernelDebugOptionChange[] changes) = Changes(context);
        HostPlan<KernelDebugOptionResult>[] plans = [.. changes.Select(change => change.Plan(host, cancellation))];
        IReadOnlyDictionary<string, object?> before = Values(host, names, cancellation);
        return new HostPlan<ActionResult>((progress, token) => Execute(context, names, changes, before, progress, token))
        {
            Steps = [.. plans.SelectMany(plan => plan.Steps).Distinct()],
            Guards = [.. plans.SelectMany(plan => plan.Guards).Distinct()],
            Warnings = [.. plans.SelectMany(plan => plan.Warnings).Distinct()],
        };
    }

    // Each change is planned anew when its turn comes: what it writes to a file holds what the one before wrote there.
    private static ActionResult Execute(
        ActionContext context, string[] names, KernelDebugOptionChange[] changes, IReadOnlyDictionary<string, object?> before, IProgress<HostProgress> progress, CancellationToken cancellation)
    {
        KernelDebugOptionResult[] results = [.. changes.Select(change => change.Plan(context.Host, cancellation).Execute(progress, context.Force, cancellation))];
        bool changed = results.Any(result => result.IsChanged);
        bool needsRestart = results.Any(result => result.NeedsRestart);
        return new ActionResult
        {
            Outputs = PlaybookValue.Map(("before", before), ("after", Values(context.Host, names, cancellation)), ("needsRestart", needsRestart)),
            Summary = !changed ? "All was as wanted." : context.Flag("restore") ? "Options are as they were before." : $"Set: {string.Join(", ", names)}.",
            Changed = changed,
            NeedsRestart = needsRestart,
            Steps = [.. results.SelectMany(result => result.Steps)],
        };
    }

    private static IReadOnlyDictionary<string, object?> Values(IHost host, string[] names, CancellationToken cancellation) => PlaybookValue.Map(
    [
        .. KernelDebugOptionReader.Read(host, cancellation)
            .Where(option => names.Length == 0 || names.Contains(option.Name, StringComparer.OrdinalIgnoreCase))
            .Select(option => (option.Name, (object?)PlaybookValue.Map(("value", option.Value), ("nextBootValue", option.NextBootValue)))),
    ]);

    private (string[] Names, KernelDebugOptionChange[] Changes) Changes(ActionContext context)
    {
        IReadOnlyDictionary<string, object?>? options = context.Inputs.TryGetValue("options", out object? value) ? value as IReadOnlyDictionary<string, object?> : null;
        string[] names = options is null ? [] : [.. options.Keys];
        KernelDebugOptionScope scope = context.Text("scope") switch
        {
            "now" => KernelDebugOptionScope.Now,
            "boot" => KernelDebugOptionScope.NextBoot,
            _ => KernelDebugOptionScope.NowAndNextBoot,
        };
        try
        {
            return context.Flag("restore")
                ? (names, [KernelDebugOptionChange.Restore(names)])
                : (names, names.Length == 0
                    ? throw Unusable("'options' names none.")
                    : [.. options!.GroupBy(option => PlaybookValue.Text(option.Value), StringComparer.Ordinal).Select(group => KernelDebugOptionChange.Set([.. group.Select(option => option.Key)], group.Key, scope))]);
        }
        catch (ArgumentException e)
        {
            throw Unusable(e.Message);
        }
    }
}
