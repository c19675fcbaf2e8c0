using KernelFault.Drivers.Linux;
using KernelFault.Hosts;

namespace KernelFault.Playbooks.Actions;

/// <summary><c>unblacklist-module</c>: takes back what <c>blacklist-module</c> did.</summary>
internal sealed class UnblacklistModuleAction : ModuleAction
{
    /// <inheritdoc/>
    public override PlaybookActionInfo Info { get; } = new()
    {
        Name = "unblacklist-module",
        Title = "Let a module of the kernel in again",
        Description = "Removes the files that blacklist-module wrote, no others, and makes the initramfs anew where that was done for them. The module is not loaded by this: the next start or load-module does it.",
        Platform = PlaybookPlatform.Linux,
        Inputs = [NameInput],
        Outputs =
        [
            new ActionOutput("removed", PlaybookValueType.TextList, "The files that were removed."),
            new ActionOutput("blacklisted", PlaybookValueType.Boolean, "Whether something else keeps it out still."),
        ],
        Changes = true,
        Repeat = ActionRepeat.Safe,
        Idempotence = "The files go last, after the initramfs was made without what they say. As long as they are there it is done again; when they are gone, nothing is.",
        DryRun = "Looks for the files and shows what would be removed and run.",
    };

    /// <inheritdoc/>
    protected override HostPlan<ActionResult> Prepare(ActionContext context, HostFacts facts, CancellationToken cancellation)
    {
        string name = ModuleName(context);
        IHost host = context.Host;
        LinuxModuleState state = LinuxModuleState.Read(host, name, initramfs: true, cancellation);
        if (state.OwnFiles.Count == 0)
        {
            return new HostPlan<ActionResult>((_, _) => Result(state, [], []));
        }

        // dracut left the module out; update-initramfs kept it, with our file.
        bool omitted = state.OwnFiles.Contains(ModuleBlacklist.DracutPath(name));
        ProgramCall? rebuild = omitted || state.IsInInitramfs != false ? ModuleBlacklist.Rebuild(state) : null;
        return new HostPlan<ActionResult>((progress, token) => Execute(host, state, rebuild, progress, token))
        {
            Steps =
            [
                .. rebuild is null ? Array.Empty<string>() : [.. state.OwnFiles.Select(file => "Empty " + file), "Run " + HostStepRecorder.Text(rebuild)],
                .. state.OwnFiles.Select(file => "Remove " + file),
            ],
            Warnings = [.. new[] { ModuleBlacklist.Warning(state) }.OfType<string>()],
        };
    }

    // The initramfs is made while our files are there and say nothing: as long as they are there, it is not done.
    private static ActionResult Execute(IHost host, LinuxModuleState before, ProgramCall? rebuild, IProgress<HostProgress> progress, CancellationToken cancellation)
    {
        var recorder = new HostStepRecorder(host);
        if (rebuild is not null)
        {
            foreach (string file in before.OwnFiles)
            {
                recorder.WriteFile(file, ModuleBlacklist.Bytes(ModuleBlacklist.Nothing), cancellation);
            }

            progress.Report(new HostProgress("Making the initramfs anew", null));
            recorder.RunOrThrow(rebuild, cancellation);
        }

        recorder.RunOrThrow(new ProgramCall("rm", ["-f", "--", .. before.OwnFiles]), cancellation);
        return Result(LinuxModuleState.Read(host, before.Name, initramfs: false, cancellation), before.OwnFiles, recorder.Steps);
    }

    private static ActionResult Result(LinuxModuleState state, IReadOnlyList<string> removed, IReadOnlyList<HostStep> steps) => new()
    {
        Outputs = PlaybookValue.Map(("removed", removed), ("blacklisted", state.IsBlacklisted)),
        Summary = removed.Count == 0 ? $"There is nothing of ours that keeps {state.Name} out." : $"{state.Name} may be loaded again.",
        Changed = removed.Count > 0,
        Steps = steps,
        Warnings = state.IsBlacklisted ? [$"{state.Name} is kept out still, by {string.Join("; ", state.Configuration)} ({string.Join(", ", state.ConfigurationFiles)}), which is not ours."] : [],
    };
}
