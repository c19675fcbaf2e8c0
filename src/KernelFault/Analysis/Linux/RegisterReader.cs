// Registers as the architectures print them:
//   x86-64  RAX: 0000000000000026 RBX: … · RSP: 0018:ffffceb70044bd70 EFLAGS: 00000246 · CR2: … CR3: …
//   x86     EAX: c1a2b3c4 EBX: … · DS: 007b ES: 007b
//   arm64   x29: ffff80001234 x28: … · sp : ffff… · pstate: 60400005
//   arm     r10: 00000000  r9 : c0a01234 · sp : … ip : …
//   riscv   epc : ffffffff80001234 ra : … sp : … ·  gp : …  a0 : … (before 5.14 "epc: …", and the function alone on a line before)
//   powerpc GPR00: c000000000001234 c0000000… (four to a line, eight with 32 bits) · NIP:  c0… LR: … · DAR: … DSISR: …
//   s390    Krnl GPRS: 0000… 0000… (sixteen, four to a line) · Krnl PSW : mask address (name+0x10/0x20)
using System.Globalization;
using KernelFault.Dumps;

namespace KernelFault.Analysis.Linux;

/// <summary>Reads the registers of the fault, not those of the program that entered the kernel.</summary>
internal static class RegisterReader
{
    private const int MaximumLines = 40;

    /// <summary>Reads the first set of kernel registers of a report.</summary>
    /// <returns>The registers; null when none are printed.</returns>
    internal static RegisterSet? Read(IReadOnlyList<string> lines, Architecture architecture)
    {
        int start = FindStart(lines, architecture);
        if (start < 0)
        {
            return null;
        }

        var values = new List<RegisterValue>();
        var names = new HashSet<string>(StringComparer.Ordinal);
        for (int i = start; i < lines.Count && i < start + MaximumLines; i++)
        {
            string line = lines[i];
            if (i > start && (StackLine.IsCallTrace(line) || line.Contains("RIP: 0033:") || line.Contains("---[ end trace")))
            {
                break;
            }

            if (architecture == Architecture.S390X)
            {
                ReadS390(line, lines, i, values, names);
                continue;
            }

            ReadSeries(line, values, names);
            ReadPairs(line, values, names);
        }

        TakeFaultAddress(lines, start, values);
        TakePointer(lines[start], architecture, values);
        return values.Count < 4 ? null : new RegisterSet(architecture, values);
    }

    /// <summary>The value that a line gives for one name.</summary>
    internal static ulong? Value(string line, string name)
    {
        int at = line.IndexOf(name, StringComparison.Ordinal);
        return at >= 0 && TryValue(line, at + name.Length, out ulong value, out _) ? value : null;
    }

    /// <summary>
    /// Reading the code bytes can fault and change CR2 before it is printed with the other registers; the line of its own that
    /// follows the modules has the value of the fault itself.
    /// </summary>
    private static void TakeFaultAddress(IReadOnlyList<string> lines, int start, List<RegisterValue> values)
    {
        int index = values.FindIndex(v => v.Name == "cr2");
        for (int i = start; index >= 0 && i < lines.Count; i++)
        {
            if (lines[i].StartsWith("CR2: ", StringComparison.Ordinal) && !lines[i].Contains("CR3:") && Value(lines[i], "CR2: ") is ulong address)
            {
                values[index] = new RegisterValue("cr2", address);
                return;
            }
        }
    }

    /// <summary>x86 names the instruction pointer by its function; before 4.11, and where it lies in none, the number is there.</summary>
    private static void TakePointer(string line, Architecture architecture, List<RegisterValue> values)
    {
        int colon = architecture is Architecture.X64 or Architecture.X86 ? line.IndexOf(':', line.IndexOf("IP: ", StringComparison.Ordinal) + 4) : -1;
        if (colon > 0 && (string.CompareOrdinal(line, colon + 1, "[<", 0, 2) == 0 || string.CompareOrdinal(line, colon + 1, "0x", 0, 2) == 0) && TryValue(line, colon + 1, out ulong pointer, out _))
        {
            // Kernels that hide addresses print zeros in brackets.
            bool hidden = pointer == 0 && line[colon + 1] == '[';
            if (!hidden)
            {
                values.Insert(0, new RegisterValue(architecture == Architecture.X64 ? "rip" : "eip", pointer));
            }
        }
    }

    private static int FindStart(IReadOnlyList<string> lines, Architecture architecture)
    {
        for (int i = 0; i < lines.Count; i++)
        {
            string text = lines[i].TrimStart(' ');
            bool starts = architecture switch
            {
                Architecture.X64 => text.StartsWith("RIP: 0010:", StringComparison.Ordinal) || text.StartsWith("RIP: e0", StringComparison.Ordinal),
                Architecture.X86 => text.StartsWith("EIP: ", StringComparison.Ordinal),
                Architecture.Arm64 => text.StartsWith("pstate: ", StringComparison.Ordinal) || text.StartsWith("pc : ", StringComparison.Ordinal) || text.StartsWith("PC is at", StringComparison.Ordinal),
                Architecture.Arm => text.StartsWith("pc : ", StringComparison.Ordinal) || text.StartsWith("PC is at", StringComparison.Ordinal),
                Architecture.RiscV64 or Architecture.RiscV32 => text.StartsWith("epc : ", StringComparison.Ordinal) || text.StartsWith("epc: ", StringComparison.Ordinal),
                Architecture.PowerPc64 or Architecture.PowerPc => text.StartsWith("NIP: ", StringComparison.Ordinal),
                Architecture.S390X => text.StartsWith("Krnl PSW", StringComparison.Ordinal),
                _ => false,
            };
            if (starts)
            {
                return i;
            }
        }

        return -1;
    }

    /// <summary>powerpc: registers that are printed in order under the first one's name.</summary>
    private static void ReadSeries(string line, List<RegisterValue> values, HashSet<string> names)
    {
        string text = line.TrimStart(' ');
        if (text.StartsWith("GPR", StringComparison.Ordinal) && text.Length > 7 && text[5] == ':' && LogNumber.Decimal(text, 3) is long first)
        {
            AddSeries(text, 6, (int)first, 32, values, names);
        }
    }

    /// <summary>The program status word, whose second half is the instruction pointer, and the general registers on four lines.</summary>
    private static void ReadS390(string line, IReadOnlyList<string> lines, int index, List<RegisterValue> values, HashSet<string> names)
    {
        const string Psw = "Krnl PSW :";
        const string General = "Krnl GPRS:";
        string text = line.TrimStart(' ');
        if (text.StartsWith(Psw, StringComparison.Ordinal) && TryValue(text, Psw.Length, out ulong mask, out int end) && TryValue(text, end, out ulong address, out _))
        {
            Add("pswm", mask, values, names);
            Add("pc", address, values, names);
        }
        else if (text.StartsWith(General, StringComparison.Ordinal))
        {
            int next = AddSeries(text, General.Length, 0, 16, values, names);
            for (int i = index + 1; i < lines.Count && i < index + 4 && next is > 0 and < 16; i++)
            {
                next = AddSeries(lines[i], 0, next, 16, values, names);
            }
        }
    }

    private static int AddSeries(string text, int at, int number, int count, List<RegisterValue> values, HashSet<string> names)
    {
        while (number < count && TryValue(text, at, out ulong value, out at))
        {
            Add("r" + number.ToString(CultureInfo.InvariantCulture), value, values, names);
            number++;
        }

        return number;
    }

    private static void ReadPairs(string line, List<RegisterValue> values, HashSet<string> names)
    {
        for (int colon = line.IndexOf(':'); colon > 0; colon = line.IndexOf(':', colon + 1))
        {
            int end = colon;
            while (end > 0 && line[end - 1] == ' ')
            {
                end--;
            }

            int start = end;
            while (start > 0 && (char.IsLetterOrDigit(line[start - 1]) || line[start - 1] == '_'))
            {
                start--;
            }

            string name = line.Substring(start, end - start);
            if (!IsRegister(name))
            {
                continue;
            }

            // A stack pointer is printed with its segment before it.
            int at = colon + 1;
            if (TryValue(line, at, out ulong value, out int after) && after < line.Length && line[after] == ':')
            {
                at = after + 1;
                colon = after;
                if (!TryValue(line, at, out value, out after))
                {
                    continue;
                }
            }

            if (after > at && (after >= line.Length || line[after] is ' ' or '(' or ',' or ']'))
            {
                Add(name, value, values, names);
            }
        }
    }

    private static bool IsRegister(string name)
    {
        if (name.Length is < 2 or > 8)
        {
            return false;
        }

        bool numbered = name[0] is 'r' or 'R' or 'x' or 'a' or 's' or 't' or 'w' && char.IsDigit(name[1]);
        return numbered
            || (name[0] is 'R' or 'E' && name.Length == 3 && name is not "RIP" and not "EIP" && name.All(char.IsUpper))
            || (name.Length == 3 && name[1] == 'R' && name[0] is 'C' or 'D' && char.IsDigit(name[2]))
            || name is "EFLAGS" or "RFLAGS" or "FS" or "GS" or "knlGS" or "PKRU" or "sp" or "lr" or "pc" or "ip" or "fp" or "psr" or "pstate" or "epc" or "ra" or "gp" or "tp" or "status" or "badaddr" or "cause" or "NIP" or "LR" or "CTR" or "XER" or "MSR" or "DAR" or "DSISR" or "DEAR" or "ESR" or "CFAR" or "CR" or "TRAP";
    }

    private static void Add(string name, ulong value, List<RegisterValue> values, HashSet<string> names)
    {
        string lower = name.ToLowerInvariant();
        lower = lower is "epc" or "nip" ? "pc" : lower;
        lower = lower.Length == 3 && lower[0] == 'r' && lower[1] == '0' && char.IsDigit(lower[2]) ? "r" + lower[2] : lower;
        if (names.Add(lower))
        {
            values.Add(new RegisterValue(lower, value));
        }
    }

    private static bool TryValue(string line, int at, out ulong value, out int end)
    {
        while (at < line.Length && line[at] is ' ' or '[' or '<')
        {
            at++;
        }

        at += string.CompareOrdinal(line, at, "0x", 0, 2) == 0 ? 2 : 0;
        bool read = LogNumber.TryHex(line, at, out value, out end);
        while (read && end < line.Length && line[end] is '>' or ']')
        {
            end++;
        }

        return read;
    }
}
