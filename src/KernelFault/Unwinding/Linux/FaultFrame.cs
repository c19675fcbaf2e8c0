namespace KernelFault.Unwinding.Linux;

// From the innermost frame out, the stack of the processor that panicked is: the loop at the end of panic(), what led there (oops_end,
// page_fault_oops, exc_page_fault …), the entry code of the exception, and below that the code that faulted. The kernel's own call trace
// starts there. When panic() was called on purpose (sysrq, no memory left, init died) it starts at the caller of panic(), even inside an
// interrupt: what was interrupted has no part in it. A watchdog is the exception: its interrupt is how it looks at what hangs.

/// <summary>Finds where on the stack of the processor that panicked the fault is.</summary>
internal static class FaultFrame
{
    private static readonly HashSet<string> Panics = new(StringComparer.Ordinal) { "panic", "vpanic", "nmi_panic" };

    // Names before the first dot: the compiler splits functions (.cold, .part.0). Of the kernels before 5.8 those without exc_.
    private static readonly HashSet<string> Oopses = new(StringComparer.Ordinal)
    {
        "oops_end", "die", "__die", "__die_body", "die_addr", "page_fault_oops", "no_context", "kernelmode_fixup_or_oops", "bad_area",
        "__bad_area", "bad_area_nosemaphore", "__bad_area_nosemaphore", "bad_area_access_error", "handle_stack_overflow", "do_trap",
        "do_error_trap", "do_invalid_op", "do_general_protection", "do_double_fault", "do_divide_error", "do_int3", "do_machine_check",
        "mce_panic", "handle_bug", "handle_invalid_op", "report_bug", "__report_bug", "report_bug_entry", "fixup_bug", "__warn",
        "check_panic_on_warn", "math_error", "die_kernel_fault", "__do_kernel_fault", "arm64_notify_die", "bug_handler", "brk_handler",
        "do_undefinstr", "do_el1_undef", "bug_brk_handler", "arm64_serror_panic", "do_serror", "do_sp_pc_abort", "bad_mode",
        "panic_bad_stack", "handle_bad_stack", "__panic_unhandled", "do_el1_bti", "do_el1_fpac", "do_el1_gcs",
    };

    private static readonly HashSet<string> Watchdogs = new(StringComparer.Ordinal)
    {
        "watchdog_timer_fn", "watchdog_overflow_callback", "watchdog_hardlockup_check", "nmi_panic", "print_cpu_stall", "check_cpu_stall",
        "unknown_nmi_error", "io_check_error", "pci_serr_error", "mem_parity_error", "ghes_notify_nmi", "default_do_nmi",
    };

    /// <summary>Finds the frame that the kernel's own call trace starts with.</summary>
    /// <param name="whole">The stack from the processor's last registers on.</param>
    /// <returns>
    /// Its index: of the interrupted frame (<see cref="LinuxStackTrace.Interrupted"/> is set there), of the caller of <c>panic</c>, or 0
    /// when the registers are already those of the fault, as a crash kernel is given them.
    /// </returns>
    internal static int Find(LinuxStackTrace whole)
    {
        IReadOnlyList<StackFrame> frames = whole.Frames;
        int panic = -1;
        for (int i = frames.Count - 1; i >= 0 && panic < 0; i--)
        {
            panic = Panics.Contains(Stem(frames[i].Function)) ? i : -1;
        }

        bool fault = panic >= 0 && Watchdogs.Contains(Stem(frames[panic].Function));
        for (int i = panic + 1; i < frames.Count; i++)
        {
            if (whole.Interrupted[i] is not null)
            {
                if (fault)
                {
                    return i;
                }

                break;
            }

            string name = Stem(frames[i].Function);
            fault = fault || Oopses.Contains(name) || Watchdogs.Contains(name) || IsException(name);
        }

        return panic >= 0 && panic + 1 < frames.Count ? panic + 1 : 0;
    }

    // A page fault may also have been served, and memory run out over it.
    private static bool IsException(string name) =>
        name.StartsWith("exc_", StringComparison.Ordinal)
        && !name.StartsWith("exc_nmi", StringComparison.Ordinal)
        && !name.StartsWith("exc_page_fault", StringComparison.Ordinal);

    /// <summary>True for the functions every panic goes through.</summary>
    internal static bool IsPanic(string function) => Panics.Contains(Stem(function));

    private static string Stem(string? function)
    {
        int dot = function?.IndexOf('.') ?? -1;
        return dot > 0 ? function!.Substring(0, dot) : function ?? string.Empty;
    }
}
