using System.Text.RegularExpressions;
using KernelFault.Drivers.Linux;
using KernelFault.Formats;
using KernelFault.Hosts;

namespace KernelFault.Playbooks.Actions;

/// <summary><c>load-module</c>: loads a module by modprobe, or its file by insmod.</summary>
internal sealed class LoadModuleAction : ModuleAction
{
    private static readonly Regex s_parameter = new("^[A-Za-z_][A-Za-z0-9_.-]{0,63}\\z", RegexOptions.CultureInvariant, TimeSpan.FromSeconds(1));
    private static readonly Regex s_value = new("^[A-Za-z0-9_.,:;/@+=-]{0,256}\\z", RegexOptions.CultureInvariant, TimeSpan.FromSeconds(1));
    private static readonly Regex s_file = new("^/[^\\x00-\\x1F\\x7F]{1,1024}\\.ko(\\.(gz|xz|zst))?\\z", RegexOptions.CultureInvariant, TimeSpan.FromSeconds(1));

    /// <inheritdoc/>
    public override PlaybookActionInfo Info { get; } = new()
    {
        Name = "load-module",
        Title = "Load a module of the kernel",
        Description = "Loads a module with all that it needs by modprobe, or one file by insmod.",
        Platform = PlaybookPlatform.Linux,
        Inputs =
        [
            NameInput,
            new ActionInput("file", PlaybookValueType.Text, "Whole path there of the module's file, for insmod; absent for modprobe, which finds it by its name."),
            new ActionInput("parameters", PlaybookValueType.Map, "Parameters of the module and their values: letters, digits and . , : ; / @ + = - _ only."),
        ],
        Outputs =
        [
            new ActionOutput("loaded", PlaybookValueType.Boolean, "Whether it is loaded."),
            new ActionOutput("wasLoaded", PlaybookValueType.Boolean, "Whether it was before."),
        ],
        Changes = true,
        Repeat = ActionRepeat.Safe,
        Idempotence = "A module that is loaded is left as it is, with the parameters that it has.",
        DryRun = "Looks whether it is loaded, built in or blacklisted, and shows the command line.",
    };

    /// <inheritdoc/>
    protected override HostPlan<ActionResult> Prepare(ActionContext context, HostFacts facts, CancellationToken cancellation)
    {
        string name = ModuleName(context);
        string[] parameters = Parameters(context);
        string? file = context.Text("file");
        if (file is not null && !s_file.IsMatch(file))
        {
            throw Unusable($"'{PrintableText.Clean(file, 200)}' is no whole path of a module's file, which ends with .ko, .ko.gz, .ko.xz or .ko.zst.");
        }

        ProgramCall call = file is null
            ? new ProgramCall("modprobe", [name, .. parameters]) { Timeout = LoadTimeout }
            : new ProgramCall("insmod", [file, .. parameters]) { Timeout = LoadTimeout };
        string step = "Run " + HostStepRecorder.Text(call);
        IHost host = context.Host;
        LinuxModuleState state = LinuxModuleState.Read(host, name, initramfs: false, cancellation);
        if (state.IsLoaded)
        {
            return new HostPlan<ActionResult>((_, _) => Result(name, wasLoaded: true, isLoaded: true, []))
            {
                Warnings = parameters.Length == 0 ? [] : [$"{name} is loaded already; it keeps the parameters that it has."],
            };
        }

        HostGuard? notThere = file is null && state.Path is null && !state.IsBuiltIn ? new HostGuard("ModuleNotFound", $"modprobe knows no module {name} for the running kernel.", CanForce: false) : null;
        HostGuard? blocked = file is null && state.IsBlocked ? new HostGuard("ModuleBlacklisted", $"modprobe may not load {name}: {string.Join("; ", state.Configuration)}. Take it off the blacklist first ('unblacklist-module').", CanForce: false) : null;
        return new HostPlan<ActionResult>((_, token) => Execute(host, call, name, token))
        {
            Steps = [step],
            Guards = [.. new[] { BuiltIn(state), notThere, blocked }.OfType<HostGuard>()],
        };
    }

    private static ActionResult Execute(IHost host, ProgramCall call, string name, CancellationToken cancellation)
    {
        var recorder = new HostStepRecorder(host);
        recorder.RunOrThrow(call, cancellation);
        return Result(name, wasLoaded: false, LinuxModuleState.Read(host, name, initramfs: false, cancellation).IsLoaded, recorder.Steps);
    }

    private static ActionResult Result(string name, bool wasLoaded, bool isLoaded, IReadOnlyList<HostStep> steps) => new()
    {
        Outputs = PlaybookValue.Map(("loaded", isLoaded), ("wasLoaded", wasLoaded)),
        Summary = wasLoaded ? $"{name} was loaded already." : isLoaded ? $"{name} was loaded." : $"{name} is not among the loaded modules.",
        Failure = isLoaded ? null : $"The program succeeded, and {name} is not among the loaded modules: the file holds another one, or it unloaded itself.",
        Changed = !wasLoaded && isLoaded,
        Steps = steps,
    };

    private string[] Parameters(ActionContext context)
    {
        if (!context.Inputs.TryGetValue("parameters", out object? value) || value is not IReadOnlyDictionary<string, object?> map)
        {
            return [];
        }

        foreach (KeyValuePair<string, object?> pair in map)
        {
            if (!s_parameter.IsMatch(pair.Key) || !s_value.IsMatch(PlaybookValue.Text(pair.Value)))
            {
                throw Unusable($"'{PrintableText.Clean(pair.Key + "=" + PlaybookValue.Text(pair.Value), 200)}' is no parameter of a module: a name, and a value of letters, digits and . , : ; / @ + = - _.");
            }
        }

        return [.. map.Select(pair => pair.Key + "=" + PlaybookValue.Text(pair.Value))];
    }
}
