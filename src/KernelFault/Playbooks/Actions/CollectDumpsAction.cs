using System.Globalization;
using KernelFault.Health;
using KernelFault.Hosts;

namespace KernelFault.Playbooks.Actions;

/// <summary><c>collect-dumps</c>: copies what crashes left on the machine.</summary>
internal sealed class CollectDumpsAction : PlaybookAction
{
    /// <inheritdoc/>
    public override PlaybookActionInfo Info { get; } = new()
    {
        Name = "collect-dumps",
        Title = "Collect crash files",
        Description = "Copies the files that crashes left (MEMORY.DMP, minidumps, live reports; vmcore, kernel logs, pstore, the journal of the boot before) to the folder of the run, each compared by its hash. On the machine nothing is changed or deleted.",
        Platform = PlaybookPlatform.Any,
        WorksOffline = true,
        Inputs =
        [
            new("kinds", PlaybookValueType.TextList, "The kinds of files; all when absent.") { Allowed = Names<CrashFileKind>() },
            new("sinceHours", PlaybookValueType.Number, "Files older than that many hours are left; all are taken when absent.") { Minimum = 0 },
            new("since", PlaybookValueType.Text, "Files older than that time (ISO 8601, UTC by the clock of the machine that the run is on) are left, such as run.startTime; with sinceHours the later of both counts."),
            new("required", PlaybookValueType.Boolean, "Whether the step fails when there is none.") { Default = false },
        ],
        Outputs =
        [
            new("files", PlaybookValueType.List, "The files, newest first, each with path (here), source (there), kind, hash (SHA-256), length (bytes) and time (UTC, null when the machine does not say)."),
            new("count", PlaybookValueType.Integer, "How many there are."),
            new("newest", PlaybookValueType.Text, "Path here of the newest; null for none."),
            new("paths", PlaybookValueType.TextList, "Their paths here, the newest first."),
        ],
        Changes = false,
        Repeat = ActionRepeat.Safe,
        Idempotence = "What was copied is not copied again; a copy that was broken off goes on where it ended.",
        DryRun = "Nothing is copied. A check copies, as the machine is only read.",
    };

    /// <inheritdoc/>
    protected override HostPlan<ActionResult> Prepare(ActionContext context, HostFacts facts, CancellationToken cancellation)
    {
        CrashFileKind[] kinds = [.. context.Texts("kinds").Select(kind => Word<CrashFileKind>(kind, "kinds"))];

        DateTime? time = context.Time("since");

        // More hours than there are since year 1 are all hours.
        double hours = context.Number("sinceHours") ?? double.PositiveInfinity;
        DateTime now = DateTime.UtcNow;
        DateTime? since = hours < (now - DateTime.MinValue).TotalHours ? now.AddHours(-hours) : null;
        since = since > time || time is null ? since : time;
        return new HostPlan<ActionResult>((progress, token) =>
        {
            HostPlan<IReadOnlyList<SavedCrashFile>> plan = new CrashDumpCollection(context.Folder, kinds, since).Plan(context.Host, token);
            return Result(plan.Execute(progress, context.Force, token), context.Flag("required"), plan.Warnings);
        });
    }

    private static ActionResult Result(IReadOnlyList<SavedCrashFile> files, bool required, IReadOnlyList<string> warnings)
    {
        SavedCrashFile[] here = [.. files.Where(file => file.Path is not null).OrderByDescending(file => file.LastWriteTime ?? DateTime.MinValue)];
        return new ActionResult
        {
            Outputs = PlaybookValue.Map(
                ("files", here.Select(file => PlaybookValue.Map(
                    ("path", file.Path), ("source", file.SourcePath), ("kind", file.Kind), ("hash", file.Sha256), ("length", file.Length), ("time", file.LastWriteTime)))),
                ("count", here.Length),
                ("newest", here.Length == 0 ? null : here[0].Path),
                ("paths", here.Select(file => file.Path))),
            Summary = here.Length == 0 ? "No crash left a file." : string.Format(CultureInfo.InvariantCulture, "{0} files, {1:N0} KB.", here.Length, here.Sum(file => file.Length) / 1024),
            Failure = required && here.Length == 0 ? "No file of a crash could be collected." : null,
            Files = [.. here.Select(file => file.Path!)],
            Warnings = [.. warnings, .. files.Where(file => file.Error is not null).Select(file => file.Error!)],
        };
    }
}
