using KernelFault.Formats;
using KernelFault.Hosts;
using KernelFault.Servicing;

namespace KernelFault.Playbooks.Actions;

/// <summary><c>restore-driver-package</c>: brings an exported package back.</summary>
internal sealed class RestoreDriverPackageAction : PlaybookAction
{
    /// <inheritdoc/>
    public override PlaybookActionInfo Info { get; } = new()
    {
        Name = "restore-driver-package",
        Title = "Bring an exported driver package back",
        Description = "Installs what roll-back-driver or update-driver exported. The package that update-driver put in its place is taken out, or Windows would go on using the newer one.",
        Platform = PlaybookPlatform.Windows,
        Inputs = [new("folder", PlaybookValueType.Text, "The folder on the machine: their output 'exportFolder'. Absent where they exported nothing; nothing is done then.")],
        Outputs =
        [
            new("restored", PlaybookValueType.TextList, "INF files that were installed."),
            new("removed", PlaybookValueType.Text, "The package that was taken out, such as oem45.inf; null when none was."),
            new("needsRestart", PlaybookValueType.Boolean, "Whether it counts from the next start only."),
        ],
        Changes = true,
        Repeat = ActionRepeat.Safe,
        Idempotence = "A package that is in the driver store is not added twice, and one that is not there is not taken out.",
        DryRun = "Looks into the folder and shows the commands.",
    };

    /// <inheritdoc/>
    protected override string? OfflineWay =>
        @"By hand: 'dism /Image:D:\ /Add-Driver /Driver:FOLDER /Recurse', in a Windows that runs or in the recovery environment.";

    /// <inheritdoc/>
    protected override HostPlan<ActionResult> Prepare(ActionContext context, HostFacts facts, CancellationToken cancellation)
    {
        if (context.Text("folder") is not { Length: > 0 } folder)
        {
            return Look(_ => Result([], null, restart: false, []));
        }

        ServicingPath.Whole(folder, "The folder");
        var packages = new DriverPackages(context.Host);
        string? installed = PackageMark.Read(context.Host, folder, cancellation);
        string[] infs = [.. context.Host.ListFiles(folder, cancellation).Where(file => !file.IsFolder && file.Path.EndsWith(".inf", StringComparison.OrdinalIgnoreCase)).Select(file => file.Path)];
        string? removed = installed is not null && packages.Read(cancellation).Any(package => string.Equals(package.Published, installed, StringComparison.OrdinalIgnoreCase)) ? installed : null;
        ProgramCall[] calls = [.. infs.Select(DriverPackages.Add), .. removed is null ? Array.Empty<ProgramCall>() : [DriverPackages.Delete(removed)]];
        return new HostPlan<ActionResult>((progress, token) =>
        {
            var recorder = new HostStepRecorder(context.Host);
            bool restart = false;
            foreach (ProgramCall call in calls)
            {
                progress.Report(new HostProgress(HostStepRecorder.Text(call), null));
                restart |= packages.Run(recorder, call, token);
            }

            return Result(infs, removed, restart, recorder.Steps);
        })
        {
            Steps = [.. calls.Select(call => "Run '" + HostStepRecorder.Text(call) + "'")],
            Guards = infs.Length > 0 || installed is not null ? [] : [new HostGuard("NoPackage", PrintableText.Clean($"There is no exported package in '{folder}'."), CanForce: false)],
        };
    }

    private static ActionResult Result(string[] infs, string? removed, bool restart, IReadOnlyList<HostStep> steps)
    {
        string[] names = [.. infs.Select(inf => inf.Substring(inf.LastIndexOfAny(['\\', '/']) + 1))];
        return new ActionResult
        {
            Outputs = PlaybookValue.Map(("restored", names), ("removed", removed), ("needsRestart", restart)),
            Summary = PrintableText.Clean(steps.Count == 0 ? "There was nothing to bring back."
                : (names.Length > 0 ? string.Join(", ", names) + " is back. " : string.Empty) + (removed is null ? string.Empty : removed + " was taken out.")).Trim(),
            Changed = steps.Count > 0,
            NeedsRestart = restart,
            Steps = steps,
        };
    }
}
