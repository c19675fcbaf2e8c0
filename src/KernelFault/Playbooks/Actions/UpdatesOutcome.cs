using KernelFault.Hosts;

namespace KernelFault.Playbooks.Actions;

/// <summary>What installing updates gives.</summary>
internal static class UpdatesOutcome
{
    /// <summary>The result.</summary>
    internal static ActionResult Of(IReadOnlyList<string> installed, IReadOnlyList<string> failed, bool needsRestart, IReadOnlyList<HostStep> steps, IReadOnlyList<string> warnings) => new()
    {
        Outputs = PlaybookValue.Map(("installed", installed), ("failed", failed), ("count", installed.Count), ("needsRestart", needsRestart)),
        Summary = installed.Count == 0 && failed.Count == 0 ? "There was nothing to install."
            : FormattableString.Invariant($"{installed.Count} updates were installed") + (failed.Count > 0 ? FormattableString.Invariant($", {failed.Count} could not be.") : "."),
        Changed = installed.Count > 0,
        NeedsRestart = needsRestart,
        Failure = failed.Count > 0 ? "Could not be installed: " + string.Join("; ", failed) + "." : null,
        Steps = steps,
        Warnings = warnings,
    };
}
