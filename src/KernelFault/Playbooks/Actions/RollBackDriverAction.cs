using System.Globalization;
using KernelFault.Drivers.Windows;
using KernelFault.Formats;
using KernelFault.Hosts;

namespace KernelFault.Playbooks.Actions;

/// <summary><c>roll-back-driver</c>: takes a driver's package away, so that its devices take the next best.</summary>
internal sealed class RollBackDriverAction : PlaybookAction
{
    /// <inheritdoc/>
    public override PlaybookActionInfo Info { get; } = new()
    {
        Name = "roll-back-driver",
        Title = "Go back to another package of a driver",
        Description = "Exports the package of a driver to " + DriverPackages.ShownFolder + " on the machine, then takes it out of the driver store: its devices take the next best package. Refused where the store has no other of the same name, since only what Windows brings would be left.",
        Platform = PlaybookPlatform.Windows,
        Inputs = [new("driver", PlaybookValueType.Text, "Name of the driver's service or file, or of its INF file.") { Required = true }],
        Outputs =
        [
            new("removed", PlaybookValueType.Text, "Name of the package that was taken out, such as oem12.inf."),
            new("exportFolder", PlaybookValueType.Text, "Folder on the machine with the exported package, for restore-driver-package."),
            new("next", PlaybookValueType.Text, "The newest of the packages that are left, such as oem7.inf; null when there is none."),
            new("needsRestart", PlaybookValueType.Boolean, "Whether it counts from the next start only."),
        ],
        Changes = true,
        Repeat = ActionRepeat.Check,
        Idempotence = "A second time would take the next package away too, so it is not simply done again: the exported package tells whether it was done.",
        DryRun = "Finds the package and the others of its name, and shows the commands.",
    };

    /// <inheritdoc/>
    protected override string? OfflineWay =>
        @"By hand, in a Windows that runs or in the recovery environment: copy the package's folder in D:\Windows\System32\DriverStore\FileRepository, then 'dism /Image:D:\ /Remove-Driver /Driver:oemN.inf'; or disable the driver with disable-driver, which works here.";

    /// <inheritdoc/>
    public override ActionCheck Check(ActionContext context, ActionAttempt attempt, CancellationToken cancellation)
    {
        // The package is exported before it is taken out, to a folder whose name tells when, by this machine's clock
        // as the attempt does: the other one's does not matter.
        var packages = new DriverPackages(context.Host);
        HashSet<string> there = new(packages.Read(cancellation).Select(package => package.Published), StringComparer.OrdinalIgnoreCase);
        foreach ((string folder, string published) in Exports(context.Host, packages.FindFolder(cancellation), attempt.StartTime, cancellation))
        {
            return there.Contains(published)
                ? new ActionCheck(false, PrintableText.Clean($"{published} was exported to '{folder}' and is in the driver store still."), null)
                : new ActionCheck(true, PrintableText.Clean($"{published} was exported to '{folder}' and is not in the driver store any more."), Result(published, folder, null, needsRestart: true, []));
        }

        return new ActionCheck(false, "No package was exported since the step was begun, and that comes first.", null);
    }

    /// <inheritdoc/>
    protected override HostPlan<ActionResult> Prepare(ActionContext context, HostFacts facts, CancellationToken cancellation)
    {
        string driver = context.Text("driver") ?? throw new PlaybookException("driver: a driver has to be named.");
        var packages = new DriverPackages(context.Host);
        DriverPackageChoice choice = packages.Find(driver, cancellation);
        if (choice.Package is not { } package || !DriverPackages.IsPublished(package.Published))
        {
            return Refuse(new HostGuard("NoPackage", PrintableText.Clean($"'{driver}' did not come with a package that could be taken away."), CanForce: false));
        }

        return new HostPlan<ActionResult>((progress, token) => Execute(context.Host, packages, package, choice.Others, progress, token))
        {
            Steps =
            [
                $"Make a folder '{DriverPackages.ShownFolder}\\{Stem(package)}-TIME'",
                $"Run '{HostStepRecorder.Text(DriverPackages.Export(package.Published, "FOLDER"))}'",
                $"Run '{HostStepRecorder.Text(DriverPackages.Delete(package.Published))}'",
            ],
            Guards = choice.Others.Any(other => !IsSame(other, package)) ? [] :
            [
                new HostGuard(
                    "NoOtherPackage",
                    PrintableText.Clean(choice.Others.Count > 0
                        ? $"The driver store has no package '{package.Original ?? package.Published}' of another version than {package.Version}: the device would take the same driver again. Install another with update-driver."
                        : $"The driver store has no other package '{package.Original ?? package.Published}': the device would be left with what Windows brings, or without a driver. Install another with update-driver."),
                    CanForce: true),
            ],
            Warnings =
            [
                .. choice.Warnings,
                .. choice.Others.Where(other => IsSame(other, package)).Select(other => PrintableText.Clean($"{other.Published} is of the same version {other.Version}: the device may take it next. Take it away too then.")),
            ],
        };
    }

    // Windows keeps a package once for each set of files: an installer that was run again with another catalog leaves a second one.
    private static bool IsSame(PackageList other, PackageList package) => package.Version is not null && string.Equals(other.Version, package.Version, StringComparison.OrdinalIgnoreCase);

    private static ActionResult Execute(IHost host, DriverPackages packages, PackageList package, IReadOnlyList<PackageList> others, IProgress<HostProgress> progress, CancellationToken cancellation)
    {
        var recorder = new HostStepRecorder(host);
        progress.Report(new HostProgress("Exporting " + package.Published, null));
        string folder = packages.MakeFolder(DriverPackages.FolderName(Stem(package), DateTime.UtcNow), cancellation);
        packages.Run(recorder, DriverPackages.Export(package.Published, folder), cancellation);
        progress.Report(new HostProgress("Removing " + package.Published, null));
        bool restart = packages.Run(recorder, DriverPackages.Delete(package.Published), cancellation);
        return Result(package.Published, folder, others.Count > 0 ? others[0].Published : null, restart, recorder.Steps);
    }

    private static ActionResult Result(string removed, string folder, string? next, bool needsRestart, IReadOnlyList<HostStep> steps) => new()
    {
        Outputs = PlaybookValue.Map(("removed", removed), ("exportFolder", folder), ("next", next), ("needsRestart", needsRestart)),
        Summary = PrintableText.Clean($"{removed} was taken out of the driver store; it is kept in '{folder}'."),
        Changed = true,
        NeedsRestart = needsRestart,
        Steps = steps,
    };

    private static string Stem(PackageList package) => Path.GetFileNameWithoutExtension(package.Published).ToLowerInvariant();

    // Names of folders of ours end with the time: oem12-20261121T081500Z.
    private static IEnumerable<(string Folder, string Published)> Exports(IHost host, string folder, DateTime since, CancellationToken cancellation)
    {
        if (host.FindFile(folder, cancellation) is null)
        {
            yield break;
        }

        foreach (HostFile entry in host.ListFiles(folder, cancellation).Where(entry => entry.IsFolder).OrderByDescending(entry => entry.Path, StringComparer.Ordinal))
        {
            string name = entry.Path.Substring(entry.Path.LastIndexOf('\\') + 1);
            string[] parts = name.Split('-');
            string published = parts[0] + ".inf";
            if (parts.Length == 2 && DriverPackages.IsPublished(published)
                && DateTime.TryParseExact(parts[1], "yyyyMMdd'T'HHmmss'Z'", CultureInfo.InvariantCulture, DateTimeStyles.AdjustToUniversal | DateTimeStyles.AssumeUniversal, out DateTime time)
                && time >= since.AddSeconds(-1))
            {
                yield return (entry.Path, published);
            }
        }
    }
}
