using KernelFault.Drivers.Windows;
using KernelFault.Formats;
using KernelFault.Hosts;
using KernelFault.Servicing;

namespace KernelFault.Playbooks.Actions;

/// <summary><c>update-driver</c>: installs a driver package.</summary>
internal sealed class UpdateDriverAction : PlaybookAction
{
    /// <inheritdoc/>
    public override PlaybookActionInfo Info { get; } = new()
    {
        Name = "update-driver",
        Title = "Install a driver package",
        Description = "Installs the package of an INF file that is on the machine. The newest package of the same name is exported first to " + DriverPackages.ShownFolder + ", for restore-driver-package. Windows gives the new package only to devices for which it is the better one.",
        Platform = PlaybookPlatform.Windows,
        Inputs = [new("inf", PlaybookValueType.Text, "Whole path of the INF file on the machine, its files beside it.") { Required = true }],
        Outputs =
        [
            new("publishedName", PlaybookValueType.Text, "Name that Windows gave the package, such as oem45.inf; null when that cannot be told."),
            new("exportFolder", PlaybookValueType.Text, "Folder on the machine for restore-driver-package, with the package before when there was one."),
            new("needsRestart", PlaybookValueType.Boolean, "Whether it counts from the next start only."),
        ],
        Changes = true,
        Repeat = ActionRepeat.Safe,
        Idempotence = "A package that is in the driver store is not added twice, and devices that have it keep it. Each time exports what is there before.",
        DryRun = "Looks for the INF file and for packages of the same name, and shows the commands.",
    };

    /// <inheritdoc/>
    protected override string? OfflineWay =>
        @"By hand: 'dism /Image:D:\ /Add-Driver /Driver:INF', in a Windows that runs or in the recovery environment.";

    /// <inheritdoc/>
    protected override HostPlan<ActionResult> Prepare(ActionContext context, HostFacts facts, CancellationToken cancellation)
    {
        string inf = ServicingPath.Whole(context.Text("inf") ?? string.Empty, "The INF file");
        string name = inf.Substring(inf.LastIndexOfAny(['\\', '/']) + 1);
        if (!name.EndsWith(".inf", StringComparison.OrdinalIgnoreCase) || context.Host.FindFile(inf, cancellation) is not { IsFolder: false })
        {
            return Refuse(new HostGuard("InfNotFound", PrintableText.Clean($"There is no INF file '{inf}' on this machine."), CanForce: false));
        }

        var packages = new DriverPackages(context.Host);
        IReadOnlyList<PackageList> before = packages.Read(cancellation);
        PackageList? old = DriverPackages.Sorted(before.Where(package => string.Equals(package.Original, name, StringComparison.OrdinalIgnoreCase))).FirstOrDefault();
        return new HostPlan<ActionResult>((progress, token) => Execute(context.Host, packages, inf, name, before, old, progress, token))
        {
            Steps =
            [
                $"Make a folder '{DriverPackages.ShownFolder}\\{Stem(name)}-TIME'",
                .. old is null ? Array.Empty<string>() : [$"Run '{HostStepRecorder.Text(DriverPackages.Export(old.Published, "FOLDER"))}'"],
                $"Run '{HostStepRecorder.Text(DriverPackages.Add(inf))}'",
                "Write the name of the new package beside it, for the way back",
            ],
        };
    }

    private static ActionResult Execute(
        IHost host, DriverPackages packages, string inf, string name, IReadOnlyList<PackageList> before, PackageList? old, IProgress<HostProgress> progress, CancellationToken cancellation)
    {
        var recorder = new HostStepRecorder(host);
        string folder = packages.MakeFolder(DriverPackages.FolderName(Stem(name), DateTime.UtcNow), cancellation);
        if (old is not null)
        {
            progress.Report(new HostProgress("Exporting " + old.Published, null));
            packages.Run(recorder, DriverPackages.Export(old.Published, folder), cancellation);
        }

        progress.Report(new HostProgress("Installing " + name, null));
        bool restart = packages.Run(recorder, DriverPackages.Add(inf), cancellation);
        PackageList[] added = [.. packages.Read(cancellation).Where(package => !before.Any(one => string.Equals(one.Published, package.Published, StringComparison.OrdinalIgnoreCase)))];
        string? published = added.Length == 1 ? added[0].Published : null;
        if (published is not null)
        {
            PackageMark.Write(recorder, folder, published, cancellation);
        }

        return new ActionResult
        {
            Outputs = PlaybookValue.Map(("publishedName", published ?? (added.Length == 0 ? old?.Published : null)), ("exportFolder", folder), ("needsRestart", restart)),
            Summary = PrintableText.Clean(published is not null ? $"{name} was installed as {published}." : $"{name} was in the driver store already."),
            Changed = added.Length > 0,
            NeedsRestart = restart,
            Steps = recorder.Steps,
        };
    }

    private static string Stem(string name)
    {
        string stem = new([.. Path.GetFileNameWithoutExtension(name).Where(c => c is (>= 'a' and <= 'z') or (>= 'A' and <= 'Z') or (>= '0' and <= '9') or '_').Take(32)]);
        return stem.Length > 0 ? stem.ToLowerInvariant() : "package";
    }
}
