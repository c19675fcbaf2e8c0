using System.Globalization;
using KernelFault.Dumps.Logs;
using KernelFault.Unwinding;

namespace KernelFault.Analysis.Linux.Vmcores;

/// <summary>
/// Says of a crash that left no report in the log what the kernel would have printed: title, culprit and advice then follow the
/// same rules as for a log.
/// </summary>
internal static class UnprintedCrash
{
    // X86_TRAP_*: what thread.trap_nr holds, and how arch/x86/kernel/traps.c announces it.
    private static string? Announcement(ulong trap) => trap switch
    {
        0 => "divide error: 0000 [#1]",
        6 => "invalid opcode: 0000 [#1]",
        8 => "double fault: 0000 [#1]",
        12 => "stack segment: 0000 [#1]",
        13 => "general protection fault: 0000 [#1]",
        _ => null,
    };

    /// <summary>Puts the report together.</summary>
    /// <param name="crash">What the memory says.</param>
    /// <returns>A log with one report; null when no processor panicked, or nothing is known of where.</returns>
    internal static KernelLog? Describe(VmcoreCrash crash)
    {
        if (crash.Panic.Processor is not { } processor || crash.Stack.Count == 0)
        {
            return null;
        }

        var reader = new KernelLogReader(crash.Log.Path);
        if (crash.Registers is not null && crash.TrapNumber is { } trap)
        {
            if (trap == 14 && crash.TrapAddress is { } address)
            {
                string what = address.ToUInt64() < 4096 ? "kernel NULL pointer dereference, address" : "unable to handle page fault for address";
                reader.AppendLine(FormattableString.Invariant($"BUG: {what}: {address:x16}"));
                reader.AppendLine("Oops: 0000 [#1]");
            }
            else if (Announcement(trap) is { } announcement)
            {
                reader.AppendLine(announcement);
            }
        }
        else
        {
            reader.AppendLine("Kernel panic - not syncing: (the message is not in the dump)");
        }

        reader.AppendLine(string.Format(
            CultureInfo.InvariantCulture, "CPU: {0} PID: {1} Comm: {2} Not tainted {3} #1", processor.Index, crash.Task?.ThreadId ?? 0, crash.Task?.Name ?? "unknown", crash.System.Release ?? "unknown"));
        if (crash.Registers is not null)
        {
            reader.AppendLine("RIP: 0010:" + Place(crash.Stack[0]));
            foreach (KeyValuePair<string, ulong> register in crash.Registers.Values)
            {
                reader.AppendLine(FormattableString.Invariant($"{register.Key.ToUpperInvariant()}: {register.Value:x16}"));
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
