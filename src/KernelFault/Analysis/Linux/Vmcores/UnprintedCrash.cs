using System.Globalization;
using KernelFault.Dumps;
using KernelFault.Dumps.Logs;
using KernelFault.Memory;
using KernelFault.Unwinding;

namespace KernelFault.Analysis.Linux.Vmcores;

/// <summary>
/// Says of a crash that left no report in the log what the kernel would have printed: title, culprit and advice then follow the
/// same rules as for a log.
/// </summary>
internal static class UnprintedCrash
{
    /// <summary>True for the handlers of page faults: <c>asm_exc_page_fault</c>, <c>page_fault</c> before 5.8, <c>do_page_fault</c>, arm64's <c>el1_abort</c> and <c>el1_da</c>.</summary>
    internal static bool IsPageFault(string handler) => handler.Contains("page_fault") || handler is "el1_abort" or "el1_da" or "el1h_64_sync";

    /// <summary>True for the handlers of what an instruction does wrong: not for interrupts, nor for those of checks.</summary>
    internal static bool IsFault(string handler) =>
        IsPageFault(handler) || (Announcement(handler) is not null && !handler.Contains("invalid_op"));

    // Handlers (arch/x86/include/asm/idtentry.h; without asm_exc_ before 5.8) and how arch/x86/kernel/traps.c announces what they handle.
    private static string? Announcement(string handler)
    {
        foreach ((string part, string announcement) in ((string, string)[])
            [
                ("general_protection", "general protection fault: 0000 [#1]"),
                ("divide_error", "divide error: 0000 [#1]"),
                ("double_fault", "double fault: 0000 [#1]"),
                ("stack_segment", "stack segment: 0000 [#1]"),
                ("invalid_op", "invalid opcode: 0000 [#1]"),
            ])
        {
            if (handler.Contains(part))
            {
                return announcement;
            }
        }

        return null;
    }

    /// <summary>Puts the report together.</summary>
    /// <param name="crash">What the memory says.</param>
    /// <param name="address">What the faulting instruction's operand names; null when it has none, or is not known.</param>
    /// <returns>A log with one report; null when no processor panicked, or nothing is known of where.</returns>
    internal static KernelLog? Describe(VmcoreCrash crash, VirtualAddress? address)
    {
        if (crash.Panic.Processor is not { } processor || crash.Stack.Count == 0)
        {
            return null;
        }

        var reader = new KernelLogReader(crash.Log.Path);
        string? handler = crash.Registers is null ? null : crash.ExceptionHandler;
        if (handler is not null && IsPageFault(handler))
        {
            ulong? at = address?.ToUInt64();
            string what = at < 4096 ? "kernel NULL pointer dereference, address" : "unable to handle page fault for address";
            reader.AppendLine(FormattableString.Invariant($"BUG: {what}: {at:x16}"));
            reader.AppendLine("Oops: 0000 [#1]");
        }
        else if (handler?.Contains("double_fault") == true && VmcoreAddress.OverflowOf(crash) is { } overflow)
        {
            reader.AppendLine(FormattableString.Invariant($"BUG: TASK stack guard page was hit at {overflow.ToUInt64():x16} (stack is {crash.Task?.StackBase?.ToUInt64():x16}..)"));
        }
        else
        {
            reader.AppendLine((handler is null ? null : Announcement(handler)) ?? "Kernel panic - not syncing: (the message is not in the dump)");
        }

        reader.AppendLine(string.Format(
            CultureInfo.InvariantCulture, "CPU: {0} PID: {1} Comm: {2} Not tainted {3} #1", processor.Index, crash.Task?.ThreadId ?? 0, crash.Task?.Name ?? "unknown", crash.System.Release ?? "unknown"));
        if (crash.Registers is not null)
        {
            reader.AppendLine("RIP: 0010:" + Place(crash.Stack[0]));
            foreach (RegisterValue register in crash.Registers.Values)
            {
                reader.AppendLine(FormattableString.Invariant($"{register.Name.ToUpperInvariant()}: {register.Value:x16}"));
            }
        }

        reader.AppendLine("Call Trace:");
        reader.AppendLine(" <TASK>");
        foreach (StackFrame frame in crash.Stack.Skip(crash.Registers is null ? 0 : 1).Where(frame => frame.Function is not null))
        {
            reader.AppendLine(" " + (frame.Trust == FrameTrust.CallScan ? "? " : string.Empty) + Place(frame));
        }

        reader.AppendLine(" </TASK>");
        return reader.Complete();
    }

    private static string Place(StackFrame frame) => frame.Function is null
        ? frame.Symbol
        : FormattableString.Invariant($"{frame.Function}+0x{frame.FunctionOffset:x}/0x{frame.FunctionOffset + 1:x}{(frame.Module is null or "vmlinux" ? string.Empty : " [" + frame.Module + "]")}");
}
