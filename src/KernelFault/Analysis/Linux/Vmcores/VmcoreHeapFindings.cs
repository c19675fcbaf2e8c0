using KernelFault.Dumps;
using KernelFault.Kernels.Linux.Slab;
using KernelFault.Memory;

namespace KernelFault.Analysis.Linux.Vmcores;

/// <summary>What heap and vmalloc say of the memory the crash was about.</summary>
internal static class VmcoreHeapFindings
{
    private const int MaximumTrackFrames = 3;

    /// <summary>Adds the findings.</summary>
    /// <param name="findings">Where to.</param>
    /// <param name="session">The vmcore.</param>
    /// <param name="crash">What its memory says.</param>
    /// <param name="address">The address that could not be used; null when there is none.</param>
    internal static void Add(List<Finding> findings, VmcoreSession session, VmcoreCrash crash, FaultAddress? address)
    {
        ulong? addressed = address is not null && (long)address.Address.ToUInt64() < 0 ? AddAddress(findings, session, address.Address) : null;
        if (crash.Registers is not { } registers)
        {
            return;
        }

        // For a pattern or a null read from a freed object, a register still points into it.
        var freed = new List<(SlabObject Slab, List<string> Registers)>();
        foreach (RegisterValue register in registers.Values)
        {
            if ((long)register.Value < 0
                && session.FindSlabObject(new VirtualAddress(register.Value)) is { State: SlabObjectState.Free, Offset: >= 0 } slab
                && slab.Offset < slab.Size)
            {
                string name = slab.Offset == 0 ? register.Name : FormattableString.Invariant($"{register.Name} (+0x{slab.Offset:x})");
                int known = freed.FindIndex(one => one.Slab.Address == slab.Address);
                if (known >= 0)
                {
                    freed[known].Registers.Add(name);
                }
                else
                {
                    freed.Add((slab, [name]));
                }
            }
        }

        foreach ((SlabObject slab, List<string> names) in freed)
        {
            string who = names.Count == 1 ? names[0] + " points" : string.Join(", ", names.Take(names.Count - 1)) + " and " + names[names.Count - 1] + " point";
            findings.Add(new Finding(
                "register-freed",
                FindingSeverity.Notable,
                $"{who} to {Describe(slab)}: the code at fault holds a pointer to freed memory, or one left over.{(slab.Address.ToUInt64() == addressed ? string.Empty : Traces(session, slab))}",
                "registers and slab caches"));
            if (slab.Address.ToUInt64() != addressed)
            {
                AddDamage(findings, slab);
            }
        }
    }

    // The object at the address, so that it is not told of again.
    private static ulong? AddAddress(List<Finding> findings, VmcoreSession session, VirtualAddress address)
    {
        if (session.FindSlabObject(address) is { } slab)
        {
            findings.Add(new Finding(
                "heap-object", FindingSeverity.Notable, FormattableString.Invariant($"The address is at {slab.Offset:+0;-0;+0} bytes of {Describe(slab)}.{Traces(session, slab)}"), "slab caches"));
            AddDamage(findings, slab);
            return slab.Address.ToUInt64();
        }

        if (session.FindVmallocArea(address) is { } area)
        {
            string owner = area.Caller is { } caller ? ", asked for by " + (session.Name(caller) ?? caller.Hex) : string.Empty;
            string place = area.IsInGuardPage ? "the guard page behind" : "in";
            findings.Add(new Finding("vmalloc-area", FindingSeverity.Notable, $"The address is {place} a {area.Kind ?? "vmalloc"} area of {area.Size} bytes{owner}.", "vmalloc areas"));
        }

        return null;
    }

    // slub_debug fills freed objects and the space around all of them: what is no longer as it was filled, somebody wrote to.
    private static void AddDamage(List<Finding> findings, SlabObject slab)
    {
        string which = $"the object of {slab.CacheName} at {slab.Address.Hex}";
        if (slab.IsPoisonIntact == false)
        {
            findings.Add(new Finding("poison-overwritten", FindingSeverity.Notable, $"The poison of {which} is not whole: it was written to after it was freed, or freed just now.", "slab caches"));
        }

        if (slab.IsRedZoneIntact == false)
        {
            findings.Add(new Finding("redzone-overwritten", FindingSeverity.Notable, $"The red zone around {which} is not whole: something wrote past the end of an object, or ahead of one.", "slab caches"));
        }
    }

    private static string Describe(SlabObject slab) => FormattableString.Invariant(
        $"{State(slab.State)} object of {slab.Size} bytes of the slab cache {slab.CacheName} (object at {slab.Address.Hex})");

    private static string State(SlabObjectState state) =>
        state == SlabObjectState.Free ? "a freed" : state == SlabObjectState.Allocated ? "an allocated" : "an";

    private static string Traces(VmcoreSession session, SlabObject slab) =>
        Trace(session, "Allocated", slab.Allocated) + (slab.State == SlabObjectState.Allocated ? string.Empty : Trace(session, "Freed", slab.Freed));

    private static string Trace(VmcoreSession session, string what, SlabTrack? track)
    {
        if (track is null)
        {
            return string.Empty;
        }

        string callers = string.Concat(track.Stack.Where(frame => frame != track.Caller).Take(MaximumTrackFrames).Select(frame => " < " + (session.Name(frame) ?? frame.Hex)));
        return FormattableString.Invariant($" {what} in {session.Name(track.Caller) ?? track.Caller.Hex}{callers} by thread {track.ThreadId} on processor {track.Processor}.");
    }
}
