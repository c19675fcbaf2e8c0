namespace KernelFault.Dumps.Logs;

/// <summary>Tells the processor by the names of its registers, which every architecture prints in its own way.</summary>
internal static class LogArchitecture
{
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

        return OfVersion(report, facts.Version ?? string.Empty);
    }

    private static Architecture OfLine(string text)
    {
        return Starts("RIP: ") || Starts("RAX: ") || Starts("RSP: ") ? Architecture.X64
            : Starts("EIP: ") || Starts("EAX: ") ? Architecture.X86
            : Starts("pc : [<") || Starts("PC is at") && !text.Contains("0xffff") ? Is32BitArm(text)
            : Starts("pc : ") || Starts("pstate: ") || Starts("x29: ") || Starts("ESR = ") || text.Contains("FSC = 0x") ? Architecture.Arm64
            : Starts("Internal error: Oops: ") && text.EndsWith("ARM", StringComparison.Ordinal) ? Architecture.Arm
            : Starts("epc : ") || Starts("status: 0") && text.Contains("badaddr: ") ? Architecture.RiscV64
            : Starts("Krnl PSW : ") || Starts("Krnl GPRS: ") || Starts("User PSW : ") ? Architecture.S390X
            : Starts("NIP: ") || Starts("NIP [") || Starts("GPR00: ") ? Architecture.PowerPc64
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

    private static Architecture OfVersion(CrashReport report, string version)
    {
        foreach (LogLine line in report.Raw)
        {
            if (line.Text.Contains("entry_SYSCALL_64") || line.Text.Contains("__x64_sys_") || line.Text.Contains("do_syscall_64") || line.Text.Contains("asm_sysvec_") || line.Text.Contains("ret_from_fork_asm") || line.Text.Contains("[<ffffffff8"))
            {
                return Architecture.X64;
            }

            if (line.Text.Contains("el0_svc") || line.Text.Contains("el1_irq") || line.Text.Contains("el1h_64_") || line.Text.Contains("el0t_64_") || line.Text.Contains("__arm64_sys_"))
            {
                return Architecture.Arm64;
            }

            if (line.Text.Contains("entry_INT80_32") || line.Text.Contains("sysenter_past_esp"))
            {
                return Architecture.X86;
            }

            if (line.Text.Contains("ret_fast_syscall"))
            {
                return Architecture.Arm;
            }
        }

        return version.Contains("x86_64") || version.Contains("amd64") ? Architecture.X64
            : version.Contains("aarch64") || version.Contains("arm64") ? Architecture.Arm64
            : version.Contains("riscv64") ? Architecture.RiscV64
            : version.Contains("s390x") ? Architecture.S390X
            : version.Contains("ppc64") || version.Contains("powerpc64") ? Architecture.PowerPc64
            : version.Contains("i686") || version.Contains("i386") ? Architecture.X86
            : Architecture.Unknown;
    }
}
