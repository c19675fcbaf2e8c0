using KernelFault.Memory;

namespace KernelFault.Analysis.Linux.Vmcores;

/// <summary>What only the memory of the crashed kernel tells, one sentence each.</summary>
internal static class VmcoreFindings
{
    /// <summary>Adds the findings.</summary>
    /// <param name="findings">Where to.</param>
    /// <param name="session">The vmcore.</param>
    /// <param name="crash">What its memory says.</param>
    /// <param name="printed">What the kernel printed, analysed.</param>
    /// <param name="address">The address that could not be used; null when there is none.</param>
    internal static void Add(List<Finding> findings, VmcoreSession session, VmcoreCrash crash, KernelFaultAnalysis printed, FaultAddress? address)
    {
        if (address is not null)
        {
            AddPage(findings, session, crash, address);
        }

        VmcoreCodeFindings.Add(findings, session, crash, address);
        VmcoreHeapFindings.Add(findings, session, crash, address);
        LogComparison.Add(findings, session, crash, printed);
    }

    private static void AddPage(List<Finding> findings, VmcoreSession session, VmcoreCrash crash, FaultAddress address)
    {
        PageTableWalk walk = session.PageTableOf(address.Address, crash.Task).Walk(address.Address);
        string? text = walk.Stop switch
        {
            PageTableStop.Translated => $"The page tables map the address to {walk.PhysicalAddress?.Hex} ({string.Join(" ", walk.Levels.Count == 0 ? [] : walk.Levels[walk.Levels.Count - 1].Flags)}): it was the kind of access that was not allowed, or the mapping came later.",
            PageTableStop.NotPresent when walk.Levels.Count > 0 => $"The page tables map nothing at the address: the walk ends at the {walk.Levels[walk.Levels.Count - 1].Name}.",
            PageTableStop.Malformed => "An entry of the page tables for the address has bits that are forbidden: the tables themselves are damaged.",
            _ => null,
        };
        if (text is not null)
        {
            findings.Add(new Finding("page-tables", FindingSeverity.Information, text, "page tables"));
        }
    }
}
