namespace KernelFault.Playbooks.Actions;

/// <summary><c>report</c>: a page of the run so far.</summary>
internal sealed class ReportAction : IEngineAction
{
    /// <inheritdoc/>
    public PlaybookActionInfo Info { get; } = new()
    {
        Name = "report",
        Title = "Write what was found and done for a person",
        Description = "Writes one page with what became of the machine so far: what was found, what was done, the evidence and the times.",
        Platform = PlaybookPlatform.Any,
        WorksOffline = true,
        Inputs =
        [
            new ActionInput("path", PlaybookValueType.Text, "Name of the file, without a folder: it lies in the machine's folder of the run. One that ends with .md is in Markdown when no other form is said.") { Required = true },
            new ActionInput("format", PlaybookValueType.Text, "The form of the page.") { Allowed = ["html", "markdown"] },
        ],
        Outputs =
        [
            new ActionOutput("path", PlaybookValueType.Text, "Whole path here of the page."),
            new ActionOutput("length", PlaybookValueType.Integer, "Bytes."),
            new ActionOutput("hash", PlaybookValueType.Text, "SHA-256, 64 lower-case hexadecimal digits."),
        ],
        Changes = false,
        Repeat = ActionRepeat.Safe,
        Idempotence = "A second page replaces the first.",
        DryRun = "Says where the page would be written.",
    };
}
