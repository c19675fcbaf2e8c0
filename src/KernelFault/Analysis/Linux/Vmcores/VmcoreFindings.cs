using KernelFault.Dumps;
using KernelFault.Kernels.Linux.Slab;
using KernelFault.Memory;
using KernelFault.Unwinding;

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

        AddHeap(findings, session, crash, address);
        Compare(findings, crash, printed);
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

    // The heap object that the fault was about: at the address itself, or, for a pattern or a null in one, where it was read from.
    private static void AddHeap(List<Finding> findings, VmcoreSession session, VmcoreCrash crash, FaultAddress? address)
    {
        if (address is not null && (long)address.Address.ToUInt64() < 0)
        {
            if (session.FindSlabObject(address.Address) is { } slab)
            {
                findings.Add(new Finding("heap-object", FindingSeverity.Notable, $"The address is {Describe(slab)}.", "slab caches"));
            }
            else if (session.FindVmallocArea(address.Address) is { } area)
            {
                string owner = area.Caller is { } caller ? ", asked for by " + (session.Name(caller) ?? caller.Hex) : string.Empty;
                string guard = area.IsInGuardPage ? "the guard page behind" : "in";
                findings.Add(new Finding("vmalloc-area", FindingSeverity.Notable, $"The address is {guard} a {area.Kind ?? "vmalloc"} area of {area.Size} bytes{owner}.", "vmalloc areas"));
            }
        }

        if (crash.Registers is not { } registers)
        {
            return;
        }

        foreach (RegisterValue register in registers.Values)
        {
            if ((long)register.Value < 0 && session.FindSlabObject(new VirtualAddress(register.Value)) is { State: SlabObjectState.Free } freed)
            {
                findings.Add(new Finding("register-freed", FindingSeverity.Notable, $"{register.Name} points to {Describe(freed)}: the code at fault holds a pointer to freed memory, or one left over.", "registers and slab caches"));
            }
        }
    }

    private static string Describe(SlabObject slab) => FormattableString.Invariant(
        $"at +0x{slab.Offset:x} of {(slab.State == SlabObjectState.Free ? "a freed" : slab.State == SlabObjectState.Allocated ? "an allocated" : "an")} object of {slab.Size} bytes of the slab cache {slab.CacheName} (object at {slab.Address.Hex})");

    // What the kernel printed and what is in memory are two witnesses of one crash.
    private static void Compare(List<Finding> findings, VmcoreCrash crash, KernelFaultAnalysis printed)
    {
        if (crash.Registers is { } registers && printed.Registers is { Count: > 0 } told)
        {
            foreach (RegisterValue register in registers.Values)
            {
                string found = new VirtualAddress(register.Value).Hex;
                if (told.TryGetValue(register.Name, out string? said) && said != found)
                {
                    findings.Add(new Finding("log-differs", FindingSeverity.Notable, $"The log says {register.Name} = {said}, the saved registers say {found}: the log's first crash may not be the one that stopped the kernel.", "log and memory"));
                    return;
                }
            }
        }

        string[] walked = crash.Stack.Where(frame => frame.Function is not null && frame.Trust != FrameTrust.CallScan).Select(Text).ToArray();
        string[] traced = printed.Stack.Where(frame => frame.Function is not null && frame.Trust is FrameTrust.Orc or FrameTrust.FramePointer).Select(Text).ToArray();
        int at = 0;
        foreach (string frame in traced)
        {
            int next = Array.IndexOf(walked, frame, at);
            if (walked.Length > 0 && next < 0)
            {
                findings.Add(new Finding("log-differs", FindingSeverity.Notable, $"The printed call trace has {frame}, which the stack in memory does not have there.", "log and memory"));
                return;
            }

            at = next + 1;
        }
    }

    private static string Text(StackFrame frame) => FormattableString.Invariant($"{frame.Function}+0x{frame.FunctionOffset:x}");
}
