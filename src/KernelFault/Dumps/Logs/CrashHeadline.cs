namespace KernelFault.Dumps.Logs;

/// <summary>A phrase that announces a crash, and the lines that hold the phrase and announce none.</summary>
internal sealed class CrashHeadline
{
    // What the unwinder says when it loses its way: part of the stack it walks, not another crash.
    private static readonly string[] UnwinderComplaints = ["WARNING: kernel stack ", "WARNING: can't access registers", "WARNING: stack recursion", "WARNING: stack going in the wrong direction", "WARNING: unrecognized unwind"];

    // Until 5.13 the parts of a heap object's dump had a headline's look.
    private static readonly string[] PartsOfObject = ["INFO: 0x", "INFO: Slab 0x", "INFO: Object 0x", "INFO: Allocated in ", "INFO: Freed in "];
    private readonly string[] _harmless;

    private CrashHeadline(CrashFamily family, string phrase, params string[] harmless)
    {
        Family = family;
        Phrase = phrase;
        _harmless = harmless;
    }

    /// <summary>Every headline; the order decides which family owns a line that holds several.</summary>
    internal static IReadOnlyList<CrashHeadline> All { get; } =
    [
        new(CrashFamily.Bug, "BUG:", "ODEBUG:", "DEBUG:", "xlog_status:", "no syscalls can create resource"),
        new(
            CrashFamily.Warning,
            "WARNING:",
            "/etc/ssh/moduli",
            "WARNING: workqueue cpumask: online intersect",
            "he mand mount option",
            "WARNING: Unsupported flag value",
            "Unprivileged eBPF is enabled",
            "WARNING: fbcon: Driver~missed to adjust virtual screen size",
            "WARNING: See http~mitigation options",
            "kernel not compiled with CPU_SRSO",
            "EXT4-fs:",
            "EXT4-FS:",
            "EXT4-fs (~):",
            "EXT4-FS (~):",
            "arning: ~ uses deprecated v2 capabilities",
            "arning: ~ uses wireless extensions",
            "ARNING: ~ uses deprecated v2 capabilities",
            "ARNING: ~ uses wireless extensions",
            "ARNING: ~ USES WIRELESS EXTENSIONS",
            "ARNING: ~ USES DEPRECATED V2 CAPABILITIES",
            "XFS (~): WARNING"),
        new(
            CrashFamily.Info,
            "INFO:",
            "INFO: lockdep is turned off",
            "INFO: Stall ended before state dump start",
            "INFO: NMI handler",
            "INFO: task ~ is blocked on a",
            "INFO: recovery required on readonly filesystem",
            "handler~took too long",
            "interrupt~took too long",
            "is not present in /proc/kallsyms",
            "INFO: no syscalls can create resource",
            "rmt_storage:INFO:",
            "_INFO:"),
        new(CrashFamily.UnableToHandle, "Unable to handle kernel"),
        new(CrashFamily.GeneralProtection, "general protection fault", "general protection fault ~ error:~ in "),
        new(CrashFamily.StackSegment, "stack segment: "),
        new(CrashFamily.KernelPanic, "Kernel panic"),
        new(CrashFamily.DoubleFault, "PANIC: double fault"),
        new(CrashFamily.RustPanic, "rust_kernel: panicked"),
        new(CrashFamily.KernelBug, "kernel BUG"),
        new(CrashFamily.KernelBugArchitecture, "Kernel BUG"),
        new(CrashFamily.SlabBug, "BUG kmalloc-"),
        new(CrashFamily.DivideError, "divide error:"),
        new(CrashFamily.DivideError, "divide_error:"),
        new(CrashFamily.InvalidOpcode, "invalid opcode:"),
        new(CrashFamily.Breakpoint, "int3:"),
        new(CrashFamily.UndefinedBehaviour, "UBSAN:"),
        new(CrashFamily.Reboot, "Booting the kernel.", "Parsing ELF", "Decompressing Linux", "Unknown parameter '"),
        new(CrashFamily.NetworkDeviceReference, "unregister_netdevice: waiting for"),
        new(CrashFamily.VfsClosedFile, "VFS: Close: file count is 0"),
        new(CrashFamily.VfsBusyInodes, "VFS: Busy inodes after unmount"),
        new(CrashFamily.InternalError, "Internal error:"),
        new(CrashFamily.UnhandledFault, "Unhandled fault:"),
        new(CrashFamily.AlignmentTrap, "Alignment trap:"),
        new(CrashFamily.Trusty, "trusty: panic"),
        new(CrashFamily.GoRuntime, "fatal error:", "ALSA", "fatal error: cannot create timer"),
        new(CrashFamily.TestProgram, "SYZFAIL:"),
        new(CrashFamily.TestProgram, "SYZFATAL:"),
        new(CrashFamily.ProgramPanic, "panic:", "_panic:", "xlog_status:", "evtlog_status:", "ddb.onpanic:"),
        new(CrashFamily.Oops, "Oops:"),
        new(CrashFamily.Oops, "Oops - "),
        new(CrashFamily.Oops, " ilc:~ [#"),
        new(CrashFamily.Oops, "alignment check: ~ [#"),
        new(CrashFamily.Oops, "simd exception: ~ [#"),
        new(CrashFamily.Oops, "segment not present: ~ [#"),
        new(CrashFamily.Oops, "invalid TSS: ~ [#"),
        new(CrashFamily.SlabReport, "BUG ~ainted"),
        new(CrashFamily.HardLockup, "hard LOCKUP"),
        new(CrashFamily.RequestedCrash, "rigger a crash"),
        new(CrashFamily.HardwareError, "[Hardware Error]:"),
        new(CrashFamily.HardwareError, "Machine check:"),
        new(CrashFamily.HardwareError, "EDAC MC~E ~error"),
        new(CrashFamily.OutOfMemory, "Out of memory: Kill"),
        new(CrashFamily.OutOfMemory, "oom-kill:"),
        new(CrashFamily.OutOfMemory, "Killed process "),
        new(CrashFamily.OutOfMemory, "lowmemorykiller: Killing"),
        new(CrashFamily.ProgramAbort, "*** stack smashing detected ***: terminated"),
        new(CrashFamily.ProgramAbort, "INIT: PANIC: segmentation violation"),
    ];

    /// <summary>The family it belongs to.</summary>
    internal CrashFamily Family { get; }

    /// <summary>The phrase; a tilde stands for any text.</summary>
    internal string Phrase { get; }

    /// <summary>The beginning of the phrase, up to where it varies.</summary>
    internal string Anchor => Phrase.IndexOf('~') is int tilde and >= 0 ? Phrase.Substring(0, tilde) : Phrase;

    /// <summary>The part of the phrase that the byte filter looks for: from the four bytes on that are rarest in ordinary lines.</summary>
    internal string Mark
    {
        get
        {
            int best = 0;
            for (int start = 1; start + 4 <= Anchor.Length; start++)
            {
                best = Rarity(start) > Rarity(best) ? start : best;
            }

            return Anchor.Substring(best);
        }
    }

    /// <summary>True for what ended the kernel, a task or a program, or was reported as a fault; false for errors that were corrected or only noted.</summary>
    internal static bool IsCrash(CrashFamily family) => family is not CrashFamily.HardwareError;

    /// <summary>True for families that open an answer only when no other is in the log.</summary>
    internal static bool IsFallback(CrashFamily family) => family >= CrashFamily.Oops;

    /// <summary>The headline that owns a line.</summary>
    /// <param name="line">A line of the log, with its prefix.</param>
    /// <returns>The headline; null when the line announces no crash.</returns>
    internal static CrashHeadline? Find(string line)
    {
        foreach (CrashHeadline headline in All)
        {
            if (headline.Matches(line))
            {
                return headline;
            }
        }

        return null;
    }

    /// <summary>True for a line that may stand inside another report: what a trap prints after its cause, and the panic that ends it.</summary>
    internal static bool IsContinuation(string line) =>
        line.Contains("invalid opcode: 0000")
        || line.Contains("Kernel panic - not syncing")
        || line.Contains("unregister_netdevice: waiting for")
        || line.Contains("PANIC: double fault")
        || line.Contains("Internal error:");

    /// <summary>True for a headline that is one more line of the report before it.</summary>
    /// <param name="first">The headline of that report.</param>
    /// <param name="last">The last line with a headline before this one.</param>
    /// <param name="line">The line.</param>
    internal static bool ContinuesCrash(CrashHeadline first, string last, string line)
    {
        // Where a script added inlined functions, the headline is there once for each.
        bool repeats = last.Contains("[inline]") && Find(line)?.Family == Find(last)?.Family;
        return repeats
            || (first.Family == CrashFamily.RustPanic && line.Contains("kernel BUG at"))
            || line.Contains("Kernel BUG [#")
            || Array.Exists(PartsOfObject, line.Contains)
            || Array.Exists(UnwinderComplaints, line.Contains);
    }

    /// <summary>True for a trace that reports no crash, yet means that two reports are mixed when it stands inside one.</summary>
    internal static bool IsForeignTrace(string line) =>
        line.Contains("vmalloc: allocation failure:")
        || line.Contains("FAULT_INJECTION: forcing a failure")
        || line.Contains("FAULT_FLAG_ALLOW_RETRY missing");

    /// <summary>True if a text holds the parts of a phrase in order; a tilde stands for any text.</summary>
    internal static bool HoldsInOrder(string text, string phrase)
    {
        int position = 0;
        int start = 0;
        while (start <= phrase.Length)
        {
            int tilde = phrase.IndexOf('~', start);
            int length = (tilde < 0 ? phrase.Length : tilde) - start;
            int found = IndexOf(text, position, phrase, start, length);
            if (found < 0)
            {
                return false;
            }

            position = found + length;
            if (tilde < 0)
            {
                return true;
            }

            start = tilde + 1;
        }

        return true;
    }

    private static int IndexOf(string text, int from, string phrase, int start, int length)
    {
        int found = text.AsSpan(from).IndexOf(phrase.AsSpan(start, length), StringComparison.Ordinal);
        return found < 0 ? -1 : from + found;
    }

    /// <summary>Capitals and signs are rare in a log's text; small letters, blanks and digits are not.</summary>
    private int Rarity(int start) => Anchor.Substring(start, 4).Sum(c => char.IsUpper(c) ? 4 : c is 'j' or 'q' or 'x' or 'z' or 'k' or 'v' ? 3 : char.IsLetter(c) ? 1 : c is ' ' or ':' ? 1 : 2);

    private bool Matches(string line)
    {
        if (!HoldsInOrder(line, Phrase))
        {
            return false;
        }

        foreach (string harmless in _harmless)
        {
            if (HoldsInOrder(line, harmless))
            {
                return false;
            }
        }

        return true;
    }
}
