using KernelFault.Drivers.Linux;
using KernelFault.Hosts;

namespace KernelFault.Playbooks.Actions;

/// <summary><c>blacklist-module</c>: keeps a module out from the next start on.</summary>
internal sealed class BlacklistModuleAction : ModuleAction
{
    /// <inheritdoc/>
    public override PlaybookActionInfo Info { get; } = new()
    {
        Name = "blacklist-module",
        Title = "Keep a module of the kernel out",
        Description = "Writes a file in /etc/modprobe.d by which modprobe loads the module neither for hardware nor by name, and makes the initramfs anew when that holds the module. A module that is loaded stays so until the restart.",
        Platform = PlaybookPlatform.Linux,
        Inputs = [NameInput],
        Outputs =
        [
            new ActionOutput("path", PlaybookValueType.Text, "The file in /etc/modprobe.d; null when another's configuration keeps it out already."),
            new ActionOutput("wasBlacklisted", PlaybookValueType.Boolean, "Whether it was kept out before."),
            new ActionOutput("initramfsRebuilt", PlaybookValueType.Boolean, "Whether the initramfs was made anew."),
            new ActionOutput("needsRestart", PlaybookValueType.Boolean, "Whether it is loaded still, which a restart ends."),
        ],
        Changes = true,
        Repeat = ActionRepeat.Safe,
        Idempotence = "The file is written with the same content, and the initramfs made anew unless it is newer than the file.",
        DryRun = "Looks what keeps the module out, what uses it, what stands on it and whether the initramfs holds it; shows the file and the command line.",
    };

    /// <inheritdoc/>
    protected override HostPlan<ActionResult> Prepare(ActionContext context, HostFacts facts, CancellationToken cancellation)
    {
        string name = ModuleName(context);
        IHost host = context.Host;
        LinuxModuleState state = LinuxModuleState.Read(host, name, initramfs: true, cancellation);
        IReadOnlyList<(string Path, string Content)> files = ModuleBlacklist.Files(state);
        bool written = state.OwnText == string.Concat(files.Select(file => file.Content));
        if (!written && state.OwnFiles.Count == 0 && state.IsBlocked)
        {
            return new HostPlan<ActionResult>((_, _) => Result(state, path: null, rebuilt: false, [], failure: null));
        }

        ProgramCall? rebuild = state.IsInInitramfs != false && !(written && state.ImageTime >= state.OwnTime) ? ModuleBlacklist.Rebuild(state) : null;
        return new HostPlan<ActionResult>((progress, token) => Execute(host, state, written ? [] : files, rebuild, progress, token))
        {
            Steps =
            [
                .. written ? [] : files.Select(file => "Write " + file.Path),
                .. rebuild is null ? Array.Empty<string>() : ["Run " + HostStepRecorder.Text(rebuild)],
            ],
            Guards = [.. new[] { BuiltIn(state), written ? null : Carrying(state) }.OfType<HostGuard>()],
            Warnings = Warnings(state),
        };
    }

    private static string[] Warnings(LinuxModuleState state)
    {
        string[] dependents = [.. state.Users.Concat(state.Dependents).Select(module => module.Replace('-', '_')).Distinct()];
        return
        [
            .. new[]
            {
                state.Path is null && !state.IsBuiltIn ? $"modprobe knows no module {state.Name}; insmod, which names a file, is not kept from loading one." : null,
                dependents.Length > 0 ? $"These modules need {state.Name} and will not load either: {string.Join(", ", dependents)}." : null,
                ModuleBlacklist.Warning(state),
            }.OfType<string>(),
        ];
    }

    private static ActionResult Execute(
        IHost host, LinuxModuleState before, IReadOnlyList<(string Path, string Content)> files, ProgramCall? rebuild, IProgress<HostProgress> progress, CancellationToken cancellation)
    {
        if (files.Count == 0 && rebuild is null)
        {
            return Result(before, ModuleBlacklist.Path(before.Name), rebuilt: false, [], failure: null);
        }

        var recorder = new HostStepRecorder(host);
        foreach ((string path, string content) in files)
        {
            recorder.RunOrThrow(new ProgramCall("mkdir", "-p", path.Substring(0, path.LastIndexOf('/'))), cancellation);
            recorder.WriteFile(path, ModuleBlacklist.Bytes(content), cancellation);
        }

        if (rebuild is not null)
        {
            progress.Report(new HostProgress("Making the initramfs anew", null));
            recorder.RunOrThrow(rebuild, cancellation);
        }

        LinuxModuleState after = LinuxModuleState.Read(host, before.Name, initramfs: false, cancellation);
        return Result(before, ModuleBlacklist.Path(before.Name), rebuild is not null, recorder.Steps, after.IsBlocked ? null : $"The file is written, and modprobe's configuration does not show that {before.Name} is kept out.");
    }

    private static ActionResult Result(LinuxModuleState before, string? path, bool rebuilt, IReadOnlyList<HostStep> steps, string? failure) => new()
    {
        Outputs = PlaybookValue.Map(("path", path), ("wasBlacklisted", before.IsBlocked), ("initramfsRebuilt", rebuilt), ("needsRestart", before.IsLoaded)),
        Summary = steps.Count == 0 ? $"{before.Name} was blacklisted already." : $"{before.Name} is blacklisted{(before.IsLoaded ? "; it is loaded until the restart" : string.Empty)}.",
        Failure = failure,
        Changed = steps.Count > 0,
        NeedsRestart = before.IsLoaded,
        Steps = steps,
    };
}
