using KernelFault.Formats;
using KernelFault.Hosts;
using KernelFault.Servicing;

namespace KernelFault.Playbooks.Actions;

/// <summary><c>start-repair-install</c>: installs Windows over itself.</summary>
internal sealed class StartRepairInstallAction : PlaybookAction
{
    // What setup asks for an upgrade of a 64-bit Windows.
    private const long NeededBytes = 20L * 1024 * 1024 * 1024;

    /// <inheritdoc/>
    public override PlaybookActionInfo Info { get; } = new()
    {
        Name = "start-repair-install",
        Title = "Install Windows over itself",
        Description = "Runs the setup of Windows from a folder on the machine as an upgrade that keeps files, programs and settings, without questions and without restarting by itself. The rest happens at the next starts. It cannot be taken back from here.",
        Platform = PlaybookPlatform.Windows,
        Inputs = [new("media", PlaybookValueType.Text, "Folder on the machine with setup.exe of the same or a newer Windows, in its language and edition, such as D:\\.") { Required = true }],
        Outputs =
        [
            new("started", PlaybookValueType.Boolean, "Whether setup did its part and goes on at the next start."),
            new("exitCode", PlaybookValueType.Text, "Exit code of setup, such as 0x0 or 0xC1900208 (something hinders the upgrade)."),
            new("needsRestart", PlaybookValueType.Boolean, "Whether a restart is needed."),
        ],
        Changes = true,
        Repeat = ActionRepeat.Ask,
        Idempotence = "Setup that was broken off has to be looked at before it is begun again.",
        DryRun = "Looks for setup.exe, for servicing at work, for a pending restart and for room, and shows the command.",
    };

    /// <inheritdoc/>
    protected override HostPlan<ActionResult> Prepare(ActionContext context, HostFacts facts, CancellationToken cancellation)
    {
        IHost host = context.Host;
        string media = ServicingPath.Whole(context.Text("media") ?? string.Empty, "The folder with setup.exe");
        string setup = media.TrimEnd('\\', '/') + @"\setup.exe";
        if (host.FindFile(setup, cancellation) is not { IsFolder: false })
        {
            return Refuse(new HostGuard("SetupNotFound", PrintableText.Clean($"There is no '{setup}' on this machine."), CanForce: false));
        }

        var call = new ProgramCall(setup, "/auto", "upgrade", "/quiet", "/noreboot", "/eula", "accept", "/dynamicupdate", "disable") { Timeout = context.Timeout ?? TimeSpan.FromHours(4) };
        return ServicingPlan.Make(
            (progress, token) => Execute(host, call, progress, token),
            ["Run '" + HostStepRecorder.Text(call) + "'"],
            host,
            new ServicingNeeds(null, OnlyLooks: false, NeededBytes),
            cancellation);
    }

    private static ActionResult Execute(IHost host, ProgramCall call, IProgress<HostProgress> progress, CancellationToken cancellation)
    {
        progress.Report(new HostProgress("Installing Windows over itself", null));
        var recorder = new HostStepRecorder(host);
        ProgramResult result = recorder.Run(call, cancellation);
        bool started = result.ExitCode is 0 or 3010;
        string code = FormattableString.Invariant($"0x{(uint)result.ExitCode:X}");
        return new ActionResult
        {
            Outputs = PlaybookValue.Map(("started", started), ("exitCode", code), ("needsRestart", started)),
            Summary = started ? "Setup did its part; it goes on at the next start." : $"Setup ended with {code}.",
            Changed = started,
            NeedsRestart = started,
            Failure = started ? null : $"Setup ended with {code}; its log is {@"C:\$WINDOWS.~BT\Sources\Panther\setupact.log"} on the machine.",
            Steps = recorder.Steps,
        };
    }
}
