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
    internal static MachineReader Read(IReadOnlyList<string> lines)
    {
        var machine = new MachineReader();
        foreach (string line in lines)
        {
            machine.Take(line);
        }

        return machine;
    }

    private void Take(string line)
    {
        if (Command is null && (line.Contains("Comm: ") || line.Contains(", comm: ")))
        {
            TakeTask(line);
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
            Options = close < 0 ? [] : line.Substring(close + 1).Split([' '], StringSplitOptions.RemoveEmptyEntries).Where(o => o.All(c => char.IsUpper(c) || c is '_' or '(' or ')')).ToArray();
        }
    }

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
