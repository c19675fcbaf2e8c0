// The line with the instruction pointer: "RIP: 0010:name+0x10/0x20", "EIP: 0060:[<c1234567>] …" followed by "EIP is at name+…",
// "pc : name+…", "PC is at name+…", "epc : name+…", "NIP [c000…] name+…", "Krnl PSW : mask address (name+…)". Inlined functions,
// where a script added them, stand above it under the same mark.
using KernelFault.Knowledge;

namespace KernelFault.Analysis.Linux;

/// <summary>Reads where the kernel was executing.</summary>
internal static class PointerReader
{
    /// <summary>The function of the instruction pointer.</summary>
    /// <param name="lines">The lines of the crash itself.</param>
    /// <param name="index">The line it stands on; -1 when not printed.</param>
    /// <returns>The entry; null when not printed, or when it lies in no function.</returns>
    internal static LinuxFrame? Find(IReadOnlyList<string> lines, out int index)
    {
        for (index = 0; index < lines.Count; index++)
        {
            string line = lines[index];
            if (line.Contains("RIP: 0033:") || !StackLine.IsInstruction(line, []))
            {
                continue;
            }

            // The function follows a selector, addresses, or both; a call through a bad pointer is in none.
            int start = line.IndexOf("+0x", StringComparison.Ordinal);
            while (start > 0 && (char.IsLetterOrDigit(line[start - 1]) || line[start - 1] is '_' or '.' or '$'))
            {
                start--;
            }

            LinuxFrame? frame = start < 0 ? null : FrameReader.ReadPlace(line, start);
            return frame is null ? null : frame with { IsInstructionPointer = true, Address = AddressBefore(line) };
        }

        index = -1;
        return null;
    }

    /// <summary>
    /// True when a pointer that is printed inside a stack is what was interrupted while the crash came about, not the crash: then
    /// there are functions above it that are more than the way to the report.
    /// </summary>
    /// <param name="pointer">The pointer.</param>
    /// <param name="trace">The stack it stands in.</param>
    /// <param name="recognition">What the report is; a stall is of what was interrupted.</param>
    internal static bool IsInterrupted(LinuxFrame? pointer, IReadOnlyList<LinuxFrame> trace, Recognition recognition)
    {
        if (recognition.Rule is { FaultClass: FaultClass.Lockup, Kind: not "hung-task" })
        {
            return false;
        }

        foreach (LinuxFrame frame in trace)
        {
            if (frame.IsInstructionPointer && (pointer is null || frame.Function == pointer.Function))
            {
                return false;
            }

            if (frame.IsReliable && !frame.IsInlined && !LinuxFrameFacts.Shipped.IsInnocent(frame.Function, recognition.Rule?.Stack?.Innocent))
            {
                return true;
            }
        }

        return false;
    }

    /// <summary>Marks in a stack the entry that is the instruction pointer itself.</summary>
    /// <param name="pointer">The pointer; null when not known.</param>
    /// <param name="trace">The stack.</param>
    /// <param name="exception">Where it stands, inlined functions included; -1 when the stack begins with its caller.</param>
    /// <returns>The stack.</returns>
    internal static IReadOnlyList<LinuxFrame> Join(LinuxFrame? pointer, List<LinuxFrame> trace, out int exception)
    {
        exception = pointer is null ? -1 : trace.FindIndex(f => f.IsInstructionPointer && !f.IsInlined && f.Function == pointer.Function);
        if (pointer is not null && exception < 0)
        {
            // arm, arm64, riscv and s390 begin the stack with it; arm without an offset.
            int first = trace.FindIndex(f => f.IsReliable && !f.IsInlined);
            if (first >= 0 && trace[first].Function == pointer.Function && (trace[first].Offset is null || trace[first].Offset == pointer.Offset))
            {
                LinuxFrame entry = trace[first];
                trace[first] = pointer with { Address = entry.Address ?? pointer.Address, Source = entry.Source ?? pointer.Source, Context = entry.Context };
                exception = first;
            }
        }

        while (exception > 0 && trace[exception - 1].IsInlined)
        {
            exception--;
        }

        return trace;
    }

    private static Memory.VirtualAddress? AddressBefore(string line)
    {
        int open = line.IndexOf("[<", StringComparison.Ordinal);
        return open >= 0 && LogNumber.TryHex(line, open + 2, out ulong value, out int end) && end - open > 8 && value != 0 ? new Memory.VirtualAddress(value) : null;
    }
}
