using KernelFault.Health;

namespace KernelFault.Playbooks.Actions;

/// <summary>What a machine would keep of its next crash, as values of a playbook.</summary>
internal static class CaptureValue
{
    /// <summary>What is in the map of <see cref="Of"/>, for descriptions.</summary>
    internal const string Fields = "canCapture (null when that cannot be told), findings (their ids), dumpType (Windows; null elsewhere), crashKernel (Linux: whether one is loaded; null elsewhere and when not known)";

    /// <summary>One state.</summary>
    internal static IReadOnlyDictionary<string, object?> Of(CrashCapture capture) => PlaybookValue.Map(
        ("canCapture", capture.LeavesDump),
        ("findings", capture.Findings.Select(finding => finding.Id)),
        ("dumpType", capture.Windows?.DumpType),
        ("crashKernel", capture.Linux?.IsCrashKernelLoaded));

    /// <summary>The findings with their texts.</summary>
    internal static IEnumerable<IReadOnlyDictionary<string, object?>> Findings(CrashCapture capture) => capture.Findings.Select(finding => PlaybookValue.Map(
        ("id", finding.Id), ("severity", finding.Severity), ("text", finding.Text), ("remedy", finding.Remedy)));

    /// <summary>The state in a sentence.</summary>
    internal static string Text(CrashCapture capture) => capture.LeavesDump switch
    {
        true => "The next crash leaves a dump.",
        false => "The next crash leaves no usable dump: " + capture.Findings[0].Text,
        null => "Whether the next crash leaves a dump cannot be told.",
    };
}
