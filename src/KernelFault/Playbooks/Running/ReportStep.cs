using KernelFault.Drivers;
using KernelFault.Hosts;
using KernelFault.Playbooks.Actions;

namespace KernelFault.Playbooks.Running;

/// <summary>Does what <see cref="ReportAction"/> says: it needs the run so far.</summary>
/// <param name="report">What writes it; null when there is none.</param>
/// <param name="run">The run so far.</param>
internal sealed class ReportStep(IRunReport? report, Func<HostRun> run) : IPlaybookAction
{
    /// <inheritdoc/>
    public PlaybookActionInfo Info { get; } = new ReportAction().Info;

    /// <inheritdoc/>
    public HostPlan<ActionResult> Plan(ActionContext context, CancellationToken cancellation)
    {
        string name = context.Text("path") ?? (context.Text("format") == "markdown" ? "report.md" : "report.html");
        string format = context.Text("format") ?? (name.EndsWith(".md", StringComparison.OrdinalIgnoreCase) ? "markdown" : "html");
        if (name.IndexOfAny(['/', '\\', ':', '\0']) >= 0 || name is "" or "." or "..")
        {
            throw new PlaybookException($"'{name}' is not the name of a file: a report lies in the machine's folder of the run.");
        }

        string path = Path.Combine(context.Folder, name);
        return new HostPlan<ActionResult>((_, _) =>
        {
            if (report is null)
            {
                throw new PlaybookException("Nothing that writes reports is at hand here.");
            }

            Directory.CreateDirectory(context.Folder);
            report.Write(run(), path, format);
            return new ActionResult
            {
                Outputs = PlaybookValue.Map(("path", path), ("length", new FileInfo(path).Length), ("hash", FileHash.Sha256(path))),
                Summary = $"Wrote '{path}'.",
                Files = [path],
            };
        });
    }

    /// <inheritdoc/>
    public ActionCheck Check(ActionContext context, ActionAttempt attempt, CancellationToken cancellation) => new(false, "A second page replaces the first.", null);
}
