// The line that says where it happened. Over the years:
//   Pid: 123, comm: name Not tainted 3.2.0-4-amd64 #1 Debian 3.2.65-1
//   CPU: 0 PID: 123 Comm: name Tainted: G           OE      6.1.0-56-amd64 #1  Debian 6.1.192-2
//   CPU: 0 UID: 0 PID: 123 Comm: name Kdump: loaded Not tainted 6.12.0 #1
//   CPU: 0 PID: 123 Comm: name Tainted: G S      W I         4.19.0
using KernelFault.Formats;

namespace KernelFault.Analysis.Linux;

/// <summary>The machine, the task and the state of the kernel.</summary>
internal sealed class MachineReader
{
    private static readonly string[] NameEnds = [" Tainted: ", " Not tainted", " Kdump: "];

    internal uint? Processor { get; private set; }

    internal long? UserId { get; private set; }

    internal ulong? ProcessId { get; private set; }

    internal string? Command { get; private set; }

    internal string TaintLetters { get; private set; } = string.Empty;

    internal string? Release { get; private set; }

    internal string? Build { get; private set; }

    internal string? Hardware { get; private set; }

    internal string? Workqueue { get; private set; }

    internal int? OopsNumber { get; private set; }

    internal IReadOnlyList<string> Options { get; private set; } = [];

    internal IReadOnlyList<LinuxModule> Modules { get; private set; } = [];

    internal string? LastUnloaded { get; private set; }

    /// <summary>Reads a report.</summary>
    /// <param name="own">The lines of the crash itself.</param>
    /// <param name="lines">These, and those of crashes that follow: they tell of the same machine, not of the same task.</param>
    internal static MachineReader Read(IReadOnlyList<string> own, IReadOnlyList<string> lines)
    {
        var machine = new MachineReader();
        machine.TakeStuckTask(own.Count > 0 ? own[0] : string.Empty);
        foreach (string line in own)
        {
            machine.Take(line);
        }

        if (own.Count < lines.Count && (machine.Release is null || machine.Hardware is null || machine.Modules.Count == 0))
        {
            MachineReader later = Read(lines, lines);
            machine.Build = machine.Release is null ? later.Build : machine.Build;
            machine.Release ??= later.Release;
            machine.Hardware ??= later.Hardware;
            machine.Modules = machine.Modules.Count == 0 ? later.Modules : machine.Modules;
        }

        return machine;
    }

    private void Take(string line)
    {
        if (Command is null && (line.Contains("Comm: ") || line.Contains(", comm: ")))
        {
            TakeTask(line);
        }
        else if (Command is null && line.Contains("running task"))
        {
            TakeRunningTask(line);
        }
        else if (Release is null && line.TrimStart(' ') is string text && (text.StartsWith("Not tainted ", StringComparison.Ordinal) || text.StartsWith("Tainted: ", StringComparison.Ordinal)))
        {
            // A hung task's report names the kernel on a line of its own.
            TakeRelease(line);
        }
        else if (Hardware is null && line.StartsWith("Hardware name: ", StringComparison.Ordinal))
        {
            Hardware = PrintableText.Clean(line.Substring("Hardware name: ".Length).Trim(' '));
        }
        else if (Workqueue is null && line.StartsWith("Workqueue: ", StringComparison.Ordinal))
        {
            Workqueue = PrintableText.Clean(line.Substring("Workqueue: ".Length).Trim(' '));
        }
        else if (Modules.Count == 0 && line.StartsWith("Modules linked in:", StringComparison.Ordinal))
        {
            TakeModules(line.Substring("Modules linked in:".Length));
        }

        int number = OopsNumber is null ? line.IndexOf(" [#", StringComparison.Ordinal) : -1;
        if (number >= 0 && LogNumber.Decimal(line, number + 3) is long oops and < int.MaxValue)
        {
            OopsNumber = (int)oops;
            int close = line.IndexOf(']', number);
            Options = close < 0 ? [] : Words(line.Substring(close + 1)).Where(o => o.All(c => char.IsUpper(c) || c is '_' or '(' or ')')).ToArray();
        }
        else if (OopsNumber is not null && Options.Count == 0 && (line.StartsWith("LE ", StringComparison.Ordinal) || line.StartsWith("BE ", StringComparison.Ordinal)))
        {
            // powerpc has a line of its own: LE PAGE_SIZE=64K MMU=Radix SMP NR_CPUS=2048 NUMA pSeries
            Options = Words(line).Select(o => PrintableText.Clean(o, 40)).ToArray();
        }
    }

    /// <summary>A watchdog reports another task than its own: <c>INFO: task name:123 blocked for more than 143 seconds.</c></summary>
    private void TakeStuckTask(string headline)
    {
        const string Task = "INFO: task ";
        int start = headline.IndexOf(Task, StringComparison.Ordinal);
        int end = start < 0 ? -1 : Math.Max(headline.IndexOf(" blocked ", start, StringComparison.Ordinal), headline.IndexOf(" can't die ", start, StringComparison.Ordinal));
        int colon = end < 0 ? -1 : headline.LastIndexOf(':', end);
        if (colon > start + Task.Length && LogNumber.Decimal(headline, colon + 1) is long id)
        {
            Command = PrintableText.Clean(headline.Substring(start + Task.Length, colon - start - Task.Length), 64);
            ProcessId = (ulong)id;
        }
    }

    /// <summary>
    /// A stall's dump of the task that runs: <c>name  R  running task    26288 16095   1691 0x0000000c</c>, the second number its
    /// id; <c>… on cpu   1 …</c> before 4.9; <c>task:name state:R  running task     stack:26816 pid: 8551 ppid: …</c> since 5.10.
    /// </summary>
    private void TakeRunningTask(string line)
    {
        const string Mark = "running task";
        const string OnProcessor = "on cpu";
        string name = Words(line)[0];
        name = name.StartsWith("task:", StringComparison.Ordinal) ? name.Substring("task:".Length) : name;
        if (name.StartsWith("rcu_", StringComparison.Ordinal))
        {
            // The thread that waits for the stalled processors is not the one that stalls them.
            return;
        }

        string rest = line.Substring(line.IndexOf(Mark, StringComparison.Ordinal) + Mark.Length).Trim(' ');
        if (rest.StartsWith(OnProcessor, StringComparison.Ordinal))
        {
            rest = rest.Substring(OnProcessor.Length).Trim(' ');
            Processor ??= LogNumber.Decimal(rest, 0) is long processor and <= uint.MaxValue ? (uint)processor : null;
            rest = rest.Substring(Math.Max(0, rest.IndexOf(' '))).Trim(' ');
        }

        int id = rest.IndexOf("pid:", StringComparison.Ordinal);
        string[] numbers = Words(id < 0 ? rest : rest.Substring(id + "pid:".Length));
        int index = id < 0 ? 1 : 0;
        if (numbers.Length > index && LogNumber.Decimal(numbers[index], 0) is long pid)
        {
            Command = PrintableText.Clean(name, 64);
            ProcessId = (ulong)pid;
        }
    }

    private static string[] Words(string text) => text.Split([' '], StringSplitOptions.RemoveEmptyEntries);

    private void TakeTask(string line)
    {
        Processor ??= LogNumber.After(line, "CPU: ") is long processor and <= uint.MaxValue ? (uint)processor : null;
        UserId = LogNumber.After(line, "UID: ");
        ProcessId = (ulong?)(LogNumber.After(line, "PID: ") ?? LogNumber.After(line, "Pid: "));
        int start = line.IndexOf("omm: ", StringComparison.Ordinal) + "omm: ".Length;
        int end = line.Length;
        foreach (string mark in NameEnds)
        {
            int at = line.IndexOf(mark, start, StringComparison.Ordinal);
            end = at >= 0 && at < end ? at : end;
        }

        Command = PrintableText.Clean(line.Substring(start, end - start).Trim(' '), 64);
        TakeRelease(line);
    }

    private void TakeRelease(string line)
    {
        const string Clear = "Not tainted ";
        const string Marked = "Tainted: ";
        int clear = line.IndexOf(Clear, StringComparison.Ordinal);
        int marked = line.IndexOf(Marked, StringComparison.Ordinal);
        if (clear < 0 && marked < 0)
        {
            return;
        }

        string rest = clear >= 0 ? line.Substring(clear + Clear.Length) : line.Substring(marked + Marked.Length);
        string[] words = rest.Split([' '], StringSplitOptions.RemoveEmptyEntries);
        int index = 0;
        while (clear < 0 && index < words.Length && words[index].All(char.IsUpper))
        {
            TaintLetters += words[index++];
        }

        if (index < words.Length && words[index][0] != '[')
        {
            Release = PrintableText.Clean(words[index], 128);
            Build = index + 1 < words.Length ? PrintableText.Clean(string.Join(" ", words.Skip(index + 1)), 128) : null;
        }
    }

    private void TakeModules(string text)
    {
        const string Unloaded = "[last unloaded: ";
        int last = text.IndexOf(Unloaded, StringComparison.Ordinal);
        if (last >= 0)
        {
            int end = text.IndexOf(']', last);
            LastUnloaded = PrintableText.Clean(text.Substring(last + Unloaded.Length, (end < 0 ? text.Length : end) - last - Unloaded.Length), 64);
            text = text.Substring(0, last);
        }

        Modules = text.Split([' '], StringSplitOptions.RemoveEmptyEntries).Select(Module).ToArray();
    }

    private static LinuxModule Module(string word)
    {
        int open = word.IndexOf('(');
        string name = open < 0 ? word : word.Substring(0, open);
        string flags = open < 0 ? string.Empty : word.Substring(open + 1).TrimEnd(')');
        return new LinuxModule { Name = PrintableText.Clean(name, 64), Flags = PrintableText.Clean(flags, 16) };
    }
}
