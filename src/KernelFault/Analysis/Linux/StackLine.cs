// How the architectures print a stack:
//   x86     Call Trace: · "  [<ffffffff81000000>] name+0x10/0x20 [module]" or " name+0x10/0x20 [module]" · RIP: 0010:name+0x10/0x20
//   arm64   Call trace: · " name+0x10/0x20" · pc : name+0x10/0x20
//   arm     Backtrace: · "[<c0100000>] (name) from [<c0100010>] (name+0x10/0x20)" · PC is at name+0x10/0x20
//           since 5.18 "name [module] from name+0x10/0x20 [module]"
//   powerpc Call Trace: · "[c0000000] [c0000000] name+0x10/0x20 (unreliable)" · NIP [c0000000] name+0x10/0x20
//   riscv   nothing · "[<ffffffff80000000>] name+0x10/0x20" · epc : name+0x10/0x20
//   s390    Call Trace: · " [<0000000000100000>] name+0x10/0x20", "([<0000000000100000>] name+0x10/0x20)" when unreliable ·
//           Krnl PSW : 0704c00180000000 0000000000100000 (name+0x10/0x20)
namespace KernelFault.Analysis.Linux;

/// <summary>Recognises the lines a stack is made of.</summary>
internal static class StackLine
{
    private static readonly string[] InstructionMarks = ["IP", "NIP", "pc ", "PC is at"];
    private static readonly string[] PlainStarts = ["Call Trace", "Call trace", "Allocated:", "Freed:", "Backtrace:", "Uninit was stored to memory at"];
    private static readonly string[] TaskStarts = ["Allocated by task ", "Freed by task "];
    private static readonly LinePattern RiscVRegisters = LinePattern.Of("status: {hex} badaddr: {hex} cause: {hex}");
    private static readonly LinePattern S390Pointer = LinePattern.Of("Krnl PSW : {:hex} {:hex} ({func}");
    private static readonly LinePattern ArmFrame = LinePattern.Of(" from ");

    /// <summary>How many kinds of stack beginnings there are; see <see cref="FindStart"/>.</summary>
    internal const int StartKinds = 10;

    /// <summary>The kind that riscv prints without saying so: a stack may follow, and need not.</summary>
    internal const int RiscVStart = StartKinds - 1;

    /// <summary>True for the line that begins the call trace of the processor or task.</summary>
    internal static bool IsCallTrace(string line) =>
        line.Contains("Call Trace:") || line.Contains("Call trace:") || line.Contains("Backtrace:");

    /// <summary>True for a line that begins any stack.</summary>
    internal static bool IsStart(string line)
    {
        for (int kind = 0; kind < StartKinds; kind++)
        {
            if (FindStart(line, kind, false))
            {
                return true;
            }
        }

        return false;
    }

    /// <summary>True for a line that begins a stack of one kind.</summary>
    /// <param name="line">The line.</param>
    /// <param name="kind">From 0 to <see cref="StartKinds"/>.</param>
    /// <param name="afterLine">True when another line stands before it.</param>
    internal static bool FindStart(string line, int kind, bool afterLine)
    {
        if (kind < PlainStarts.Length)
        {
            return line.Contains(PlainStarts[kind]);
        }

        if (kind < PlainStarts.Length + TaskStarts.Length)
        {
            string start = TaskStarts[kind - PlainStarts.Length];
            int at = line.IndexOf(start, StringComparison.Ordinal);
            int end = at + start.Length;
            while (at >= 0 && end < line.Length && char.IsDigit(line[end]))
            {
                end++;
            }

            return at >= 0 && end > at + start.Length && end < line.Length && line[end] == ':';
        }

        return kind == RiscVStart ? RiscVRegisters.Find(line, []) >= 0 : IsLeakBacktrace(line, afterLine);
    }

    /// <summary>The instruction pointer, and the function it is in.</summary>
    internal static bool IsInstruction(string line, List<string> names)
    {
        foreach (string mark in InstructionMarks)
        {
            for (int at = line.IndexOf(mark, StringComparison.Ordinal); at >= 0; at = line.IndexOf(mark, at + 1, StringComparison.Ordinal))
            {
                int i = at + mark.Length;
                i += i < line.Length && line[i] == ':' ? 1 : 0;
                if (i < line.Length && line[i] == ' ' && IsPointer(line, i + 1, names))
                {
                    return true;
                }
            }
        }

        return S390Pointer.Find(line, names) >= 0;
    }

    /// <summary>A stack entry: its function, or the two of arm's notation.</summary>
    internal static bool TryFrame(string line, List<string> names)
    {
        int at = 0;
        while (at < line.Length && line[at] == ' ')
        {
            at++;
        }

        int first = LinePattern.SkipAddress(line, at);
        if (first > at && first + 1 < line.Length && line[first] == ' ' && line[first + 1] == '(')
        {
            return TryArmFrame(line, first + 2, names);
        }

        for (int i = 0; i < 2; i++)
        {
            int next = LinePattern.SkipAddress(line, at);
            if (next == at || next >= line.Length || line[next] != ' ')
            {
                break;
            }

            at = next + 1;
        }

        int end = LinePattern.FunctionEnd(line, at);
        if (end < 0)
        {
            return TryPlainArmFrame(line, at, names);
        }

        names.Add(line.Substring(at, end - at));
        return true;
    }

    /// <summary>True for the stack of injected failures, which is often printed in the middle of another.</summary>
    internal static bool IsIntrusion(string line)
    {
        const string Name = "should_fail";
        int at = line.StartsWith(" [", StringComparison.Ordinal) ? LinePattern.SkipAddress(line, 1) : 0;
        if (at + 1 >= line.Length || line[at] != ' ' || string.CompareOrdinal(line, at + 1, Name, 0, Name.Length) != 0)
        {
            return false;
        }

        int end = at + 1 + Name.Length;
        end += string.CompareOrdinal(line, end, "slab", 0, 4) == 0 ? 4 : 0;
        while (end < line.Length && (line[end] == '.' || char.IsLetterOrDigit(line[end])))
        {
            end++;
        }

        return string.CompareOrdinal(line, end, "+0x", 0, 3) == 0;
    }

    /// <summary>arm since 5.18: <c>name [module] from caller+0x10/0x20</c>.</summary>
    private static bool TryPlainArmFrame(string line, int at, List<string> names)
    {
        const string From = " from ";
        int from = line.IndexOf(From, at, StringComparison.Ordinal);
        int caller = from + From.Length;
        int end = from <= at ? -1 : LinePattern.FunctionEnd(line, caller);
        if (end < 0 || string.CompareOrdinal(line, end, "+0x", 0, 3) != 0)
        {
            return false;
        }

        string name = line.Substring(at, from - at);
        int module = name.IndexOf(" [", StringComparison.Ordinal);
        name = module < 0 ? name : name.Substring(0, module);
        if (!name.All(c => char.IsLetterOrDigit(c) || c is '_' or '.'))
        {
            return false;
        }

        names.Add(CrashEvidence.WithoutSuffix(name));
        names.Add(line.Substring(caller, end - caller));
        return true;
    }

    private static bool TryArmFrame(string line, int at, List<string> names)
    {
        int close = line.IndexOf(')', at);
        int from = close < 0 ? -1 : ArmFrame.Find(line.Substring(close), []);
        if (from != 1)
        {
            return false;
        }

        int address = close + 1 + " from ".Length;
        int open = LinePattern.SkipAddress(line, address);
        if (open == address || open + 2 >= line.Length || line[open] != ' ' || line[open + 1] != '(')
        {
            return false;
        }

        int end = LinePattern.FunctionEnd(line, open + 2);
        if (end < 0)
        {
            return false;
        }

        names.Add(line.Substring(at, close - at));
        names.Add(line.Substring(open + 2, end - open - 2));
        return true;
    }

    /// <summary>What may follow the name of the instruction pointer: a function, a bare address, or nothing known.</summary>
    private static bool IsPointer(string line, int at, List<string> names)
    {
        int i = SkipSelector(line, at);
        int plain = i;
        for (int n = 0; n < 2; n++)
        {
            int next = LinePattern.SkipAddress(line, i);
            if (next == i || next >= line.Length || line[next] != ' ')
            {
                break;
            }

            i = next;
            while (i < line.Length && line[i] == ' ')
            {
                i++;
            }
        }

        int end = LinePattern.FunctionEnd(line, i);
        if (end > 0)
        {
            names.Add(line.Substring(i, end - i));
            return true;
        }

        return (plain + 2 < line.Length && line[plain] == '0' && line[plain + 1] == 'x' && Uri.IsHexDigit(line[plain + 2]))
            || (i > plain && line.IndexOf("(null)", i, StringComparison.Ordinal) >= 0)
            || (plain > at && line.Substring(plain).TrimStart(' ').StartsWith("(null)", StringComparison.Ordinal));
    }

    private static int SkipSelector(string line, int at)
    {
        int i = at;
        while (i < line.Length && char.IsDigit(line[i]))
        {
            i++;
        }

        return i > at && i < line.Length && line[i] == ':' ? i + 1 : at;
    }

    /// <summary><c>backtrace:</c> of a leak, with a checksum on newer kernels; not the <c>stack backtrace:</c> of lockdep.</summary>
    private static bool IsLeakBacktrace(string line, bool afterLine)
    {
        const string Word = " backtrace";
        int at = line.IndexOf(Word, StringComparison.Ordinal);
        if (at < 0 || (at == 0 && !afterLine) || (at > 0 && line[at - 1] == 'k'))
        {
            return false;
        }

        int end = at + Word.Length;
        const string Checksum = " (crc ";
        if (string.CompareOrdinal(line, end, Checksum, 0, Checksum.Length) == 0)
        {
            int close = line.IndexOf(')', end);
            end = close < 0 ? end : close + 1;
        }

        return end < line.Length && line[end] == ':';
    }
}
