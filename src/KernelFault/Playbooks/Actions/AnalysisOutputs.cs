using KernelFault.Analysis;

namespace KernelFault.Playbooks.Actions;

/// <summary>An analysis as values of a playbook: the outputs of <c>analyse-dump</c>, and <c>analysis.NAME</c>.</summary>
internal static class AnalysisOutputs
{
    /// <summary>What they are.</summary>
    internal static IReadOnlyList<ActionOutput> All { get; } =
    [
        new("found", PlaybookValueType.Boolean, "Whether there is a crash. Everything else is null or empty when there is none."),
        new("title", PlaybookValueType.Text, "The crash in one line."),
        new("faultClass", PlaybookValueType.Text, "What kind of mistake it was, such as NullDereference."),
        new("bucketId", PlaybookValueType.Text, "Same crash, same id, on every machine."),
        new("culprit", PlaybookValueType.Text, "Who is blamed: the file name of a driver, 'hardware', 'memory' or a program; null when nobody."),
        new("culpritKind", PlaybookValueType.Text, "ThirdPartyDriver, SystemDriver, Kernel, UnloadedDriver, Hardware or Process; null when nobody is blamed."),
        new("culpritModule", PlaybookValueType.Text, "Name of the Linux module that is blamed, as modprobe knows it; null unless a module of Linux is."),
        new("confidence", PlaybookValueType.Number, "How sure that is, 0 to 1; null when nobody is blamed."),
        new("isThirdParty", PlaybookValueType.Boolean, "Whether a driver of another maker than the system's is blamed."),
        new("stopCode", PlaybookValueType.Text, "Windows' stop code, such as 0x50; null where there is none."),
        new("bugCheck", PlaybookValueType.Text, "Its name, such as PAGE_FAULT_IN_NONPAGED_AREA; null where there is none and when it is not known."),
        new("time", PlaybookValueType.Text, "When it crashed, UTC, ISO 8601; null when not known."),
        new("path", PlaybookValueType.Text, "The file it was read from."),
        new("findings", PlaybookValueType.TextList, "The evidence, a sentence each."),
        new("causes", PlaybookValueType.TextList, "What usually causes this, the likeliest first."),
        new("nextSteps", PlaybookValueType.TextList, "What to do, in order."),
        new("playbooks", PlaybookValueType.TextList, "Names of the playbooks that do it, in order, each once."),
    ];

    /// <summary>The values of an analysis.</summary>
    /// <param name="analysis">The analysis; null when there is no crash.</param>
    /// <returns>All outputs.</returns>
    internal static IReadOnlyDictionary<string, object?> Of(KernelFaultAnalysis? analysis) => PlaybookValue.Map(
        ("found", analysis is not null),
        ("title", analysis?.Title),
        ("faultClass", analysis?.FaultClass),
        ("bucketId", analysis?.BucketId),
        ("culprit", analysis?.Culprit?.Module),
        ("culpritKind", analysis?.Culprit?.Kind),
        ("culpritModule", analysis is { Linux: not null, Culprit: { Kind: CulpritKind.ThirdPartyDriver or CulpritKind.SystemDriver or CulpritKind.UnloadedDriver } module } ? ModuleName(module.Module) : null),
        ("confidence", analysis?.Culprit?.Confidence),
        ("isThirdParty", analysis is null ? null : analysis.Culprit?.Kind == CulpritKind.ThirdPartyDriver),
        ("stopCode", analysis?.StopCode is { } stop ? FormattableString.Invariant($"0x{stop.Code:X}") : null),
        ("bugCheck", analysis?.StopCode?.Name),
        ("time", analysis?.System.CrashTime),
        ("path", analysis?.Path),
        ("findings", analysis?.Findings.Select(finding => finding.Text) ?? []),
        ("causes", analysis?.Causes ?? []),
        ("nextSteps", analysis?.NextSteps.Select(step => step.Text) ?? []),
        ("playbooks", analysis?.NextSteps.Select(step => step.Playbook).OfType<string>().Distinct(StringComparer.Ordinal) ?? []));

    private static string ModuleName(string file) => file.EndsWith(".ko", StringComparison.Ordinal) ? file.Substring(0, file.Length - 3) : file;
}
