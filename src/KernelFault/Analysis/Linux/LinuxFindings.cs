using System.Globalization;
using KernelFault.Dumps;
using KernelFault.Formats;
using KernelFault.Knowledge;

namespace KernelFault.Analysis.Linux;

/// <summary>Collects what the evidence says, one sentence each.</summary>
internal sealed class LinuxFindings
{
    private readonly LinuxCrashKnowledge _knowledge;

    internal LinuxFindings(LinuxCrashKnowledge knowledge) => _knowledge = knowledge;

    /// <summary>The findings, the weightiest first.</summary>
    internal IReadOnlyList<Finding> Collect(CrashEvidence evidence, FaultAddress? address, IReadOnlyList<LinuxStack> stacks)
    {
        var findings = new List<Finding>
        {
            new("headline", FindingSeverity.Decisive, _knowledge.Of(evidence.Recognition.Rule?.Kind).Meaning, PrintableText.Clean(evidence.Report.Lines[0].Trim(' '), 240)),
        };
        if (address is not null)
        {
            findings.Add(new Finding("fault-address", FindingSeverity.Decisive, address.Explanation, "fault address"));
        }

        if (evidence.Address is ulong value && PoisonPattern.Describe(value) is string poison)
        {
            findings.Add(new Finding("poison", FindingSeverity.Decisive, $"The address is {poison}: memory was used after it was freed.", "fault address"));
        }

        AddSlab(findings, evidence.Slab);
        foreach (LinuxLockWait wait in evidence.LockWaits)
        {
            findings.Add(new Finding("lock-owner", FindingSeverity.Notable, $"{wait}.", "report"));
        }

        AddStacks(findings, stacks);
        if (evidence.Pointer is not null && CopiesUserMemory(evidence.Pointer.Function))
        {
            findings.Add(new Finding(
                "user-copy",
                FindingSeverity.Notable,
                "The fault is in a function that copies between kernel and programs. A bad program address is expected there and repaired by the exception table; that it was not repaired says that the kernel's side of the copy is bad, or that it was called where it may not be.",
                "instruction pointer"));
        }

        if (evidence.Machine.OopsNumber > 1)
        {
            findings.Add(new Finding("earlier-crash", FindingSeverity.Notable, $"It is crash number {evidence.Machine.OopsNumber} since start; an earlier one, which may be the cause, is not the one shown first here.", "oops counter"));
        }

        foreach (char letter in evidence.Machine.TaintLetters)
        {
            if (_knowledge.Taint(letter) is { IsAbsence: false } taint)
            {
                findings.Add(new Finding("taint-" + taint.Name.ToLowerInvariant().Replace('_', '-'), taint.IsNotable ? FindingSeverity.Notable : FindingSeverity.Information, taint.Meaning, "taint flag " + letter));
            }
        }

        if (evidence.Recognition.Damage is string damage)
        {
            findings.Add(new Finding("corrupted", FindingSeverity.Notable, damage, "report"));
        }

        if (evidence.Log.Facts.Panic is string panic)
        {
            findings.Add(new Finding("panic", FindingSeverity.Information, $"The kernel stopped: {PrintableText.Clean(panic, 200)}.", "panic message"));
        }

        foreach (string detail in evidence.Fault.Details)
        {
            findings.Add(new Finding("fault-detail", FindingSeverity.Information, PrintableText.Clean(detail, 240), "report"));
        }

        return findings;
    }

    /// <summary>The address and what it says.</summary>
    internal static FaultAddress? Describe(CrashEvidence evidence)
    {
        if (evidence.Address is not ulong address)
        {
            return null;
        }

        return new FaultAddress
        {
            Address = new Memory.VirtualAddress(address),
            Access = evidence.Access,
            Region = evidence.Region,
            Explanation = Explain(evidence, address),
        };
    }

    private static void AddSlab(List<Finding> findings, LinuxSlabObject? slab)
    {
        if (slab is null)
        {
            return;
        }

        string source = $"dump of an object of {slab.Cache}";
        foreach (LinuxSlabDamage damage in slab.Damage)
        {
            string place = damage.Area == "padding" ? " Found: "
                : damage.Offset < 0 ? FormattableString.Invariant($" From {-damage.Offset} bytes before its start: ")
                : FormattableString.Invariant($" From +0x{damage.Offset:x}: ");
            findings.Add(new Finding("slab-damage", FindingSeverity.Decisive, $"{damage.Meaning}{place}{damage.Found} instead of {damage.Expected}.", source));
        }

        if (slab.Freed is not null)
        {
            findings.Add(new Finding("memory-freed", FindingSeverity.Notable, $"Freed in {slab.Freed}.", source));
        }

        if (slab.Allocated is not null)
        {
            findings.Add(new Finding("memory-allocated", FindingSeverity.Notable, $"Allocated in {slab.Allocated}.", source));
        }
    }

    private static void AddStacks(List<Finding> findings, IReadOnlyList<LinuxStack> stacks)
    {
        foreach (LinuxStack stack in stacks)
        {
            LinuxFrame? frame = stack.Frames.FirstOrDefault(f => !LinuxFrameFacts.Shipped.IsInnocent(f.Function, "allocation"));
            if (frame is not null && (stack.Name.StartsWith("Freed", StringComparison.OrdinalIgnoreCase) || stack.Name.StartsWith("Allocated", StringComparison.OrdinalIgnoreCase)))
            {
                findings.Add(new Finding("memory-" + stack.Name.Split(' ')[0].ToLowerInvariant(), FindingSeverity.Notable, $"{PrintableText.Clean(stack.Name, 80)}: {frame}.", "report"));
            }
        }
    }

    private static string Explain(CrashEvidence evidence, ulong address)
    {
        string access = evidence.Access switch
        {
            AccessKind.Read => "read of ",
            AccessKind.Write => "write to ",
            AccessKind.Execute => "execution at ",
            _ => "access to ",
        };
        if (evidence.ShadowedAddress == address)
        {
            return $"KASAN's check of an access to 0x{address.ToString("x16", CultureInfo.InvariantCulture)}: {Meaning(evidence, address)}";
        }

        if (evidence.Faulting is Iced.Intel.Instruction instruction && evidence.EffectiveAddress == address && evidence.Registers is not null && instruction.MemoryBase != Iced.Intel.Register.None)
        {
            string register = instruction.MemoryBase.ToString().ToLowerInvariant();
            ulong? value = evidence.Registers[register];
            if (value is not null)
            {
                return $"{access}{Operand(CodeReader.Text(instruction))}, {register} = 0x{value.Value.ToString("x", CultureInfo.InvariantCulture)}: {Meaning(evidence, address)}";
            }
        }

        return $"{access}0x{address.ToString("x16", CultureInfo.InvariantCulture)}: {Meaning(evidence, address)}";
    }

    private static string Operand(string text)
    {
        int open = text.IndexOf('[');
        int close = text.IndexOf(']', open < 0 ? 0 : open);
        return open < 0 || close < 0 ? text : text.Substring(open, close + 1 - open);
    }

    private static string Meaning(CrashEvidence evidence, ulong address)
    {
        if (PoisonPattern.Describe(address) is string poison)
        {
            return poison;
        }

        return evidence.Region switch
        {
            AddressRegion.NullPage when evidence.Access == AccessKind.Execute => address == 0 ? "a call through a NULL function pointer" : "a jump to a small number, used as the address of a function",
            AddressRegion.NullPage when evidence.Log.Architecture == Architecture.S390X => "the first page, where the processor keeps its own data: a NULL pointer or a field of one",
            AddressRegion.NullPage => address == 0 ? "a NULL pointer" : $"a NULL pointer, field at +0x{address.ToString("x", CultureInfo.InvariantCulture)}",
            AddressRegion.User when evidence.Access == AccessKind.Execute => "code or data of a program, which the kernel must never execute",
            AddressRegion.User => evidence.Fault.WasPresent == true ? "memory of a program, which the kernel may touch only through its copy functions" : "an address of a program, where nothing is mapped",
            AddressRegion.NonCanonical => "no translation exists for any such address",
            AddressRegion.StackGuard => "the page below the kernel stack, which is left empty to catch what runs over",
            AddressRegion.DirectMap => "the map of all memory: heap objects and pages",
            AddressRegion.Vmalloc => "vmalloc space: large allocations and kernel stacks",
            AddressRegion.Vmemmap => "the array of page structures",
            AddressRegion.SanitizerShadow => "the shadow memory of KASAN",
            AddressRegion.Module => "code or data of the kernel or a module",
            AddressRegion.KernelImage => "code or data of the kernel",
            AddressRegion.Fixmap => "fixed mappings, or a small negative number used as a pointer (an error code)",
            _ => "kernel space",
        };
    }

    private static bool CopiesUserMemory(string function) =>
        function.Contains("copy_user") || function.Contains("copy_tofrom_user") || function.Contains("usercopy") || function.Contains("clear_user") || function.Contains("copy_from_user") || function.Contains("copy_to_user") || function.Contains("get_user") || function.Contains("put_user") || function.Contains("rep_movs") || function.Contains("strncpy_from_user");
}
