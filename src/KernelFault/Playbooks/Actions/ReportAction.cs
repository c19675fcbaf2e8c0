namespace KernelFault.Playbooks.Actions;

/// <summary><c>report</c>: a page of the run so far.</summary>
internal sealed class ReportAction : IEngineAction
{
    /// <inheritdoc/>
    public PlaybookActionInfo Info { get; } = new()
    {
        Name = "report",
        Title = "Write a page about the run so far",
        Description = "Writes one page that a person can hand on: what was found, what was done, the evidence and the times. It is kept with the run.",
        Platform = PlaybookPlatform.Any,
        WorksOffline = true,
        Inputs =
        [
            new ActionInput("path", PlaybookValueType.Text, "File name in the machine's folder of the run; 'report' with the ending of the format unless given. No folders."),
            new ActionInput("format", PlaybookValueType.Text, "Which form the page has.") { Allowed = ["html", "markdown"], Default = "html" },
        ],
        Outputs = [new ActionOutput("path", PlaybookValueType.Text, "Whole path here of the page.")],
        Changes = false,
        Repeat = ActionRepeat.Safe,
        Idempotence = "A second page replaces the first.",
        DryRun = "Says where the page would be written.",
    };
}
