namespace KernelFault.Dumps.Logs;

/// <summary>Tells the processor by the names of its registers, which every architecture prints in its own way.</summary>
internal static class LogArchitecture
{
    // In the kernel's banner: the compiler's target, or a part of the release.
    private static readonly KeyValuePair<string, Architecture>[] Names =
    [
        new("x86_64", Architecture.X64), new("amd64", Architecture.X64), new("aarch64", Architecture.Arm64), new("arm64", Architecture.Arm64),
        new("riscv64", Architecture.RiscV64), new("riscv32", Architecture.RiscV32), new("s390x", Architecture.S390X),
        new("ppc64", Architecture.PowerPc64), new("powerpc64", Architecture.PowerPc64), new("powerpc-", Architecture.PowerPc),
        new("i686", Architecture.X86), new("i386", Architecture.X86), new("arm-linux", Architecture.Arm), new("armv7", Architecture.Arm),
    ];

    // Functions and addresses that only one has.
    private static readonly KeyValuePair<string, Architecture>[] Marks =
    [
        new("entry_SYSCALL_64", Architecture.X64), new("__x64_sys_", Architecture.X64), new("do_syscall_64", Architecture.X64), new("asm_sysvec_", Architecture.X64),
        new("asm_exc_", Architecture.X64), new("ret_from_fork_asm", Architecture.X64), new("entry_SYSENTER_compat", Architecture.X64), new("addr ffff88", Architecture.X64),
        new("el0_svc", Architecture.Arm64), new("el0_sync", Architecture.Arm64), new("el0t_64_", Architecture.Arm64), new("el1_irq", Architecture.Arm64),
        new("el1_sync", Architecture.Arm64), new("el1h_64_", Architecture.Arm64), new("do_mem_abort", Architecture.Arm64), new("__arm64_sys_", Architecture.Arm64),
        new("do_trap_ecall_u", Architecture.RiscV64), new("__riscv_sys_", Architecture.RiscV64), new("__s390x_sys_", Architecture.S390X),
        new("entry_INT80_32", Architecture.X86), new("sysenter_past_esp", Architecture.X86), new("i386_start_kernel", Architecture.X86),
        new("ret_fast_syscall", Architecture.Arm), new("__irq_svc", Architecture.Arm), new("[<ffffffe0", Architecture.RiscV64), new("[<ffffffff8", Architecture.X64), new("apic_timer_interrupt", Architecture.X64),
    ];

    /// <summary>The processor that printed a report.</summary>
    internal static Architecture Find(CrashReport report, LogFacts facts)
    {
        foreach (LogLine line in report.Raw)
        {
            Architecture found = OfLine(line.Text.TrimStart(' '));
            if (found != Architecture.Unknown)
            {
                return found;
            }
        }

        Architecture told = OfVersion(facts.Version ?? string.Empty);
        return told == Architecture.Unknown ? OfFunctions(report) : told;
    }

    private static Architecture OfLine(string text)
    {
        return Starts("RIP: ") || Starts("RAX: ") || Starts("RSP: ") ? Architecture.X64
            : Starts("EIP: ") || Starts("EAX: ") ? Architecture.X86
            : Starts("pc : [<") || Starts("PC is at") && !text.Contains("0xffff") ? Is32BitArm(text)
            : Starts("pc : ") || Starts("pstate: ") || Starts("x29: ") || Starts("ESR = ") || text.Contains("FSC = 0x") ? Architecture.Arm64
            : Starts("Internal error: Oops: ") && text.EndsWith("ARM", StringComparison.Ordinal) ? Architecture.Arm
            : Starts("status: ") && text.Contains("badaddr: ") ? ByWidth(text, "status: ".Length, Architecture.RiscV32, Architecture.RiscV64)
            : Starts("epc : ") && text.Contains(" sp : ") ? ByWidth(text, "epc : ".Length, Architecture.RiscV32, Architecture.RiscV64)
            : Starts("epc: ") && text.Contains(" sp : ") ? ByWidth(text, "epc: ".Length, Architecture.RiscV32, Architecture.RiscV64)
            : Starts("Krnl PSW : ") || Starts("Krnl GPRS: ") || Starts("User PSW : ") || text.Contains(" ilc:") && text.Contains(" [#") ? Architecture.S390X
            : Starts("NIP: ") ? ByWidth(text, "NIP: ".Length, Architecture.PowerPc, Architecture.PowerPc64)
            : Starts("NIP [") ? ByWidth(text, "NIP [".Length, Architecture.PowerPc, Architecture.PowerPc64)
            : Starts("GPR00: ") ? ByWidth(text, "GPR00: ".Length, Architecture.PowerPc, Architecture.PowerPc64)
            : Architecture.Unknown;

        bool Starts(string prefix) => text.StartsWith(prefix, StringComparison.Ordinal);
    }

    /// <summary>Old arm64 kernels print <c>PC is at</c> and bracketed addresses as arm does; only the width of addresses differs.</summary>
    private static Architecture Is32BitArm(string text)
    {
        int open = text.IndexOf("[<", StringComparison.Ordinal);
        int close = text.IndexOf(">]", StringComparison.Ordinal);
        return open < 0 || close < open ? Architecture.Unknown : close - open - 2 > 8 ? Architecture.Arm64 : Architecture.Arm;
    }

    /// <summary>The 32-bit kind of a processor prints eight digits where the other prints sixteen.</summary>
    private static Architecture ByWidth(string text, int at, Architecture narrow, Architecture wide)
    {
        while (at < text.Length && text[at] == ' ')
        {
            at++;
        }

        int end = at;
        while (end < text.Length && Uri.IsHexDigit(text[end]))
        {
            end++;
        }

        return end == at ? Architecture.Unknown : end - at <= 8 ? narrow : wide;
    }

    private static Architecture OfVersion(string version)
    {
        foreach (KeyValuePair<string, Architecture> name in Names)
        {
            if (version.Contains(name.Key))
            {
                return name.Value;
            }
        }

        return Architecture.Unknown;
    }

    private static Architecture OfFunctions(CrashReport report)
    {
        foreach (LogLine line in report.Raw)
        {
            foreach (KeyValuePair<string, Architecture> mark in Marks)
            {
                if (line.Text.Contains(mark.Key))
                {
                    return mark.Value;
                }
            }
        }

        return Architecture.Unknown;
    }
}
