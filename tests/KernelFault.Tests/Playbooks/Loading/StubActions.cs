using KernelFault.Playbooks;
using KernelFault.Playbooks.Actions;

namespace KernelFault.Tests.Playbooks.Loading;

/// <summary>A few actions of every kind of input, so that these tests say what they mean whatever the real ones take.</summary>
internal static class StubActions
{
    internal static PlaybookActions All { get; } = new(
    [
        Action("collect-dumps", inputs: [new("kinds", PlaybookValueType.TextList, "Kinds."), new("sinceHours", PlaybookValueType.Number, "Hours.") { Minimum = 0 }, new("required", PlaybookValueType.Boolean, "Whether.")], outputs: ["files", "count", "newest", "paths"]),
        Action("analyse-dump", inputs: [new("path", PlaybookValueType.Text, "File."), new("files", PlaybookValueType.TextList, "Files.")], outputs: ["found", "title", "culprit", "findings"]),
        Action("get-module-state", PlaybookPlatform.Linux, inputs: [new("name", PlaybookValueType.Text, "Name.") { Required = true }], outputs: ["loaded", "blacklisted"]),
        Action("blacklist-module", PlaybookPlatform.Linux, changes: true, inputs: [new("name", PlaybookValueType.Text, "Name.") { Required = true }], outputs: ["path", "needsRestart"]),
        Action("unblacklist-module", PlaybookPlatform.Linux, changes: true, inputs: [new("name", PlaybookValueType.Text, "Name.") { Required = true }], outputs: []),
        Action("enable-verifier", PlaybookPlatform.Windows, changes: true, inputs: [new("drivers", PlaybookValueType.TextList, "Drivers."), new("preset", PlaybookValueType.Text, "Set.") { Allowed = ["Standard", "Full"], Default = "Standard" }], outputs: ["drivers", "needsRestart"]),
        Action("restart", changes: true, restarts: true, inputs: [new("timeout", PlaybookValueType.Integer, "Seconds.") { Minimum = 1, Maximum = 86400 }], outputs: ["bootTimeBefore", "bootTimeAfter"]),
        Action("set-kernel-option", PlaybookPlatform.Linux, changes: true, inputs: [new("options", PlaybookValueType.Map, "Options."), new("scopes", PlaybookValueType.TextList, "Scopes.") { Allowed = ["now", "boot"] }], outputs: ["before", "after"]),
        Action("run-script", inputs: [new("file", PlaybookValueType.Text, "File.") { IsBesidePlaybook = true }, new("program", PlaybookValueType.Text, "Program."), new("arguments", PlaybookValueType.List, "Arguments.")], outputs: ["exitCode", "output"]),
        Action("assert", inputs: [new("value", PlaybookValueType.Any, "Value.") { Required = true }, new("equals", PlaybookValueType.Any, "Operand."), new("message", PlaybookValueType.Text, "Text.")], outputs: []),
        Action("copy-file", changes: true, inputs: [new("source", PlaybookValueType.Text, "File.") { Required = true }, new("direction", PlaybookValueType.Text, "Way.") { Allowed = ["to", "from"], Default = "to", LooksOnly = ["from"] }], outputs: ["path"]),
        Action("pause", inputs: [new("seconds", PlaybookValueType.Number, "Seconds.") { Minimum = 0, Maximum = 3600 }], outputs: []),
    ]);

    private static StubAction Action(string name, PlaybookPlatform platform = PlaybookPlatform.Any, bool changes = false, bool restarts = false, ActionInput[]? inputs = null, string[]? outputs = null) => new(new PlaybookActionInfo
    {
        Name = name,
        Title = name + ".",
        Description = name + ".",
        Platform = platform,
        Inputs = inputs ?? [],
        Outputs = [.. (outputs ?? []).Select(output => new ActionOutput(output, PlaybookValueType.Any, "What comes of it."))],
        Changes = changes,
        Restarts = restarts,
        Repeat = ActionRepeat.Safe,
        Idempotence = "Comes to the same.",
        DryRun = "Looks.",
    });
}
