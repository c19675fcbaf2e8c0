using static KernelFault.Dumps.Windows.LittleEndian;

namespace KernelFault.Dumps.Process;

// NT_PRSTATUS holds struct elf_prstatus of the Linux kernel (include/linux/elfcore.h): si_signo, si_code, si_errno, pr_cursig
// (2, at 12), pending and held signals, pr_pid (at 32; 24 on 32-bit), times, then the registers as ptrace gives them (at 112; 72
// on 32-bit).

/// <summary>Reads a thread's id, signal and registers from <c>NT_PRSTATUS</c>.</summary>
internal static class ElfThreadState
{
    private static readonly string[] X64 =
    [
        "r15", "r14", "r13", "r12", "rbp", "rbx", "r11", "r10", "r9", "r8", "rax", "rcx", "rdx", "rsi", "rdi", "orig_rax", "rip", "cs",
        "eflags", "rsp", "ss", "fs_base", "gs_base", "ds", "es", "fs", "gs",
    ];

    private static readonly string[] X86 =
        ["ebx", "ecx", "edx", "esi", "edi", "ebp", "eax", "ds", "es", "fs", "gs", "orig_eax", "eip", "cs", "eflags", "esp", "ss"];

    private static readonly string[] Arm64 = [.. Enumerable.Range(0, 31).Select(i => "x" + i), "sp", "pc", "pstate"];

    private static readonly string[] Arm = [.. Enumerable.Range(0, 13).Select(i => "r" + i), "sp", "lr", "pc", "cpsr"];

    // People read them in this order.
    private static readonly string[] X64Shown =
    [
        "rax", "rbx", "rcx", "rdx", "rsi", "rdi", "rip", "rsp", "rbp", "r8", "r9", "r10", "r11", "r12", "r13", "r14", "r15", "eflags",
        "cs", "ss", "fs_base", "gs_base",
    ];

    internal static uint ThreadId(Architecture architecture, ReadOnlySpan<byte> status) =>
        TryUInt32(status, Is64Bit(architecture) ? 32u : 24u, out uint id) ? id : 0;

    internal static uint Signal(ReadOnlySpan<byte> status) => status.Length >= 14 ? UInt16(status, 12) : 0u;

    internal static RegisterSet? Registers(Architecture architecture, ReadOnlySpan<byte> status)
    {
        string[] names = architecture switch
        {
            Architecture.X64 => X64,
            Architecture.X86 => X86,
            Architecture.Arm64 => Arm64,
            Architecture.Arm => Arm,
            _ => [],
        };
        bool wide = Is64Bit(architecture);
        int start = wide ? 112 : 72;
        int size = wide ? 8 : 4;
        if (names.Length == 0 || status.Length < start + (names.Length * size))
        {
            return null;
        }

        var values = new Dictionary<string, ulong>(StringComparer.Ordinal);
        for (int i = 0; i < names.Length; i++)
        {
            values[names[i]] = wide ? UInt64(status, start + (i * 8)) : UInt32(status, start + (i * 4));
        }

        if (architecture == Architecture.Arm64)
        {
            // The frame pointer and link register under the names people use.
            values["fp"] = values["x29"];
            values["lr"] = values["x30"];
        }

        IEnumerable<string> shown = architecture == Architecture.X64 ? X64Shown
            : architecture == Architecture.Arm64 ? names.Where(name => name is not ("x29" or "x30")).Concat(["fp", "lr"])
            : names;
        return new RegisterSet(architecture, shown.Select(name => new RegisterValue(name, values[name])).ToArray());
    }

    private static bool Is64Bit(Architecture architecture) => architecture is Architecture.X64 or Architecture.Arm64;
}
