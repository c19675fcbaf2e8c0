using KernelFault.Kernels.Linux;
using KernelFault.Memory;

namespace KernelFault.Analysis.Linux.Vmcores;

/// <summary>What the kernel's own tables say of the instruction at fault: whether a fault is expected there, and which check it raises.</summary>
internal static class VmcoreCodeFindings
{
    /// <summary>Adds the findings.</summary>
    /// <param name="findings">Where to.</param>
    /// <param name="session">The vmcore.</param>
    /// <param name="crash">What its memory says.</param>
    /// <param name="address">The address that could not be used; null when there is none.</param>
    internal static void Add(List<Finding> findings, VmcoreSession session, VmcoreCrash crash, FaultAddress? address)
    {
        if (crash.Registers is not { } registers || session.SymbolAt(registers.InstructionPointer) is null)
        {
            return;
        }

        bool isFault = address is not null || (crash.ExceptionHandler is { } handler && UnprintedCrash.IsFault(handler));
        if (Check(session, crash) is { } check)
        {
            string place = check.File is null ? "a line that the kernel was built without" : FormattableString.Invariant($"{check.File}:{check.Line}");
            string condition = check.Format is null ? string.Empty : $": {check.Format}";
            findings.Add(new Finding(
                "bug-table",
                FindingSeverity.Notable,
                $"The instruction is the {(check.IsWarning ? "WARN()" : "BUG()")} at {place}{(check.Module is null ? string.Empty : " of module " + check.Module)}{condition}.",
                "bug table"));
        }
        else if (isFault)
        {
            findings.AddRange(Exception(session, registers.InstructionPointer));
        }
    }

    // Since 6.19 x86 raises warnings with arguments in a function that all share, with the entry's address in rdi.
    private static BugTableEntry? Check(VmcoreSession session, VmcoreCrash crash)
    {
        if (session.Kernel.FindBugTableEntry(crash.Registers!.InstructionPointer) is { } check)
        {
            return check;
        }

        bool isInvalid = crash.ExceptionHandler is { } handler && handler.Contains("invalid_op");
        return isInvalid
            && crash.Registers["rdi"] is { } first
            && session.Kernel.FindBugTableEntry(new VirtualAddress(first)) is { } shared
            && shared.Address.ToUInt64() == first
                ? shared
                : null;
    }

    /// <summary>Whether a fault at an instruction is expected; nothing where the kernel's tables are not known.</summary>
    internal static IEnumerable<Finding> Exception(VmcoreSession session, VirtualAddress instruction)
    {
        if (session.Kernel.FindExceptionTableEntry(instruction) is { } entry)
        {
            string how = entry.HandlerType is { } type ? $" of type {type}" : entry.Handler is { } handler ? $" handled by {session.Name(handler) ?? handler.Hex}" : string.Empty;
            yield return new Finding(
                "exception-table",
                FindingSeverity.Notable,
                $"The exception table has an entry{how} for the instruction: a fault there is expected, and the kernel goes on at {session.Name(entry.Fixup) ?? entry.Fixup.Hex}. That it did not says that its handler refused this fault, or that it came where none may be handled.",
                "exception table");
        }
        else if (session.Kernel.Symbols.ImageAddressOf("__start___ex_table") is not null)
        {
            yield return new Finding("exception-table", FindingSeverity.Information, "The exception table has no entry for the instruction: the kernel expects no fault there.", "exception table");
        }
    }
}
